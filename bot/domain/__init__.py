"""What a case is, and every rule that needs neither I/O nor Discord nor SQL."""
