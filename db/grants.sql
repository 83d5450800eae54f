-- What the service may do, and nothing else: read and write rows. Run at every setup, after the migrations.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"service";
GRANT USAGE ON SCHEMA public TO :"service";
GRANT SELECT, INSERT, UPDATE ON orders TO :"service";
-- An order that comes again replaces what belonged to it.
GRANT SELECT, INSERT, UPDATE, DELETE ON deliveries, payments, items TO :"service";
GRANT SELECT, INSERT, UPDATE ON weir_positions TO :"service";
GRANT SELECT, INSERT, UPDATE (replayed_at) ON weir_rejects TO :"service";
