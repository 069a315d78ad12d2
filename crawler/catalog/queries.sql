-- Questions to the database: those of the README, and ready in `browse`. Each is a name, a title,
-- and a query that ends with a semicolon. Arguments are named where the README has question marks.

-- completeness: How much is known of the books
select count(*) as books, count(language) as language,
  count(page_count) as pages, count(published_year) as year from books;

-- authors: Who wrote most of them
select author, count(*) as books from book_authors
  group by author order by books desc, author;

-- decades: Books by decade
select published_year / 10 * 10 as decade, count(*) as books
  from books where published_year >= 1990 group by decade;

-- categories: What the list is about
select category, count(*) as books from book_categories
  group by category order by books desc;

-- by_author: Books with an author, by a word of the name, or more as they follow one another
select isbn13, title from books where id in
  (select rowid from books_fts where books_fts match 'authors: "' || :words || '"');

-- best_rated: The best rated, by more than 400 readers
select title, average_rating as rating, ratings_count as readers
  from books where readers > 400 order by rating desc, readers desc;

-- unconfirmed: Books that may be the wrong ones, to look through
select isbn13, title, publisher, source_id from books
  where match = 'unconfirmed';

-- editions: Editions of what seems to be one work
select title, count(*) as editions, group_concat(isbn13, ' ') as isbns
  from books group by title, authors having editions > 1;

-- rejects: What was rejected, for the owner of the list
select line, text, reason from rejects order by file, line;

-- passages: Full text, with the words around the hit
select title, snippet(books_fts, 5, '[', ']', '…', 6) as passage
  from books_fts where books_fts match 'description: weather' order by rank;
