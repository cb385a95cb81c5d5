-- Calls of what costs money that went on only because nothing was enforced.
CREATE INDEX calls_would ON calls (site, ext, at) WHERE would = 'block' AND scope > 0;
