"""What is wrong with a server's set-up, seen from inside Discord or by the owner from outside."""
