-- What the stopped calls of an incident would have cost at the least: one billed increment each, in micro-units.
ALTER TABLE incidents ADD COLUMN saved INTEGER NOT NULL DEFAULT 0;
