-- Number of the newest update that a summary knows of. An older one is written anew when its board is opened.
ALTER TABLE summaries ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
