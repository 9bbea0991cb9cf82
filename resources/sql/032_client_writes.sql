-- For the service's writer: ends the transaction with a state of its own when a statement did not write all of its rows, because others
-- inserted some of them meanwhile. So the writer can send what follows, the commit included, without waiting for the answer.
CREATE OR REPLACE FUNCTION electric.require_rows(written int8, expected int8) RETURNS int8
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF written <> expected THEN
        RAISE EXCEPTION '% of % rows could be written', written, expected USING ERRCODE = 'EW001';
    END IF;
    RETURN written;
END $$;
