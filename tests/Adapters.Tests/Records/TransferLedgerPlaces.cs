namespace AccountClosure.Adapters.Tests.Records;

public sealed class SqliteTransferLedgerTests() : TransferLedgerTests(new SqlitePlace());

[Collection(PostgresCollection.Name)]
public sealed class PostgresTransferLedgerTests(PostgresServer server) : TransferLedgerTests(server.NewPlace());
