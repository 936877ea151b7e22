"""The sandbox: an ESR (SFTP and files) and a SARD (JSON:API) to develop, test and try out against."""
