namespace AccountClosure.Adapters.Tests.Records;

public sealed class SqliteTransferLedgerTests() : TransferLedgerTests(new SqlitePlace());

[Collection(PostgresCollection.Name)]
public sealed class PostgresTransferLedgerTests(PostgresServer server) : TransferLedgerTests(server.NewPlace());

public sealed class SqliteTransferClaimTests() : TransferClaimTests(new SqlitePlace());

[Collection(PostgresCollection.Name)]
public sealed class PostgresTransferClaimTests(PostgresServer server) : TransferClaimTests(server.NewPlace());

public sealed class SqliteTransferBindingTests() : TransferBindingTests(new SqlitePlace());

[Collection(PostgresCollection.Name)]
public sealed class PostgresTransferBindingTests(PostgresServer server) : TransferBindingTests(server.NewPlace());
