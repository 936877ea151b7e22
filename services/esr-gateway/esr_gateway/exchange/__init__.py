"""The exchange with ESR: the port to a folder pair, SFTP behind it, and the polls."""
