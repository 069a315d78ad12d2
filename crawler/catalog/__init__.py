"""Reading the finished database: search, show, SQL, export."""
