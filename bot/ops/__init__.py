"""What keeps an installation running for years: rounds, health, figures, backups, the doctor."""
