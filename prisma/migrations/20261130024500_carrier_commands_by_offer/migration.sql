-- What became of an offer's order to ring was looked up by reading the whole outbox.
CREATE INDEX "carrier_commands_offer_id_idx" ON "carrier_commands"("offer_id");
