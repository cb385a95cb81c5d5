-- 1: the call went to a destination that its extension did not know; only a key pressed at a question spoke for it.
ALTER TABLE leases ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0;
CREATE INDEX leases_fresh ON leases (site, opened_at, ext, block, scope, closed_at, expires_at, reserved, charged) WHERE fresh = 1;

-- Questions that were not confirmed and calls that were blocked, of what costs money.
CREATE INDEX calls_stopped ON calls (site, ext, at) WHERE state IN ('refused', 'blocked', 'asking') AND scope > 0;
-- Unconfirmed questions of a whole site.
CREATE INDEX calls_refused ON calls (site, at, ext) WHERE state = 'refused';

-- Who else of the site confirmed a block of numbers.
CREATE INDEX confirmations_of_site ON confirmations (site, block, at, day) WHERE by = 'caller';
-- Fraud blocks, before which nothing was learned; critical incidents that nobody has looked at.
CREATE INDEX blocks_guard ON blocks (site, ext, at) WHERE by = 'guard';
CREATE INDEX incidents_alarm ON incidents (site, opened_at, ext) WHERE state = 'open' AND severity = 'critical';
