using System.Data;
using AccountClosure.Records;
using Dapper;

namespace AccountClosure.Customers;

/// <summary>The customer records in the records' database. A customer without a row was active when the closure began.</summary>
public sealed class CustomerRecords(RecordsDatabase database) : ICustomerRecords
{
    private const string Active = "active";
    private const string PendingClosure = "pending_closure";
    private const string Closed = "closed";

    public Task MarkPendingClosureAsync(
        string accountId, string userId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        database.Write(transaction =>
        {
            var customer = Find(transaction, accountId);
            if (customer?.Status == Closed && customer.ConfirmationNumber != confirmationNumber)
                throw new InvalidOperationException("The customer's record is closed already, by another closure.");

            // A closure that was stopped hard leaves its mark behind. "Before" is then what was before that one.
            var before = customer?.Status == PendingClosure
                ? StatusBefore(transaction, accountId, customer.ConfirmationNumber)
                : customer?.Status ?? Active;
            var isFirst = transaction.Connection!.Execute(
                """
                INSERT INTO customer_closure (account_id, confirmation_number, status_before) VALUES (@accountId, @confirmationNumber, @before)
                ON CONFLICT (account_id, confirmation_number) DO NOTHING
                """,
                new { accountId, confirmationNumber, before },
                transaction) == 1;
            if (!isFirst)
                return;
            transaction.Connection!.Execute(
                """
                INSERT INTO customer (account_id, user_id, status, confirmation_number, updated_at)
                VALUES (@accountId, @userId, @status, @confirmationNumber, @at)
                ON CONFLICT (account_id) DO UPDATE SET
                    user_id = excluded.user_id, status = excluded.status, confirmation_number = excluded.confirmation_number,
                    updated_at = excluded.updated_at
                """,
                new { accountId, userId, status = PendingClosure, confirmationNumber, at = RecordsDatabase.TimeText(at) },
                transaction);
        });
        return Task.CompletedTask;
    }

    public Task MarkClosedAsync(string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        database.Write(transaction =>
        {
            var customer = Find(transaction, accountId);
            if (customer?.ConfirmationNumber != confirmationNumber)
                throw new InvalidOperationException("The customer's record can be closed only by the closure that marked it pending.");
            if (customer.Status == PendingClosure)
                SetStatus(transaction, accountId, Closed, confirmationNumber, at);
        });
        return Task.CompletedTask;
    }

    public Task RestoreAsync(string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        database.Write(transaction =>
        {
            var customer = Find(transaction, accountId);
            if (customer?.Status == PendingClosure && customer.ConfirmationNumber == confirmationNumber)
                SetStatus(transaction, accountId, StatusBefore(transaction, accountId, confirmationNumber), null, at);
        });
        return Task.CompletedTask;
    }

    public Task<CustomerRecord?> FindAsync(string accountId, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(transaction => Find(transaction, accountId)));

    private static CustomerRecord? Find(IDbTransaction transaction, string accountId)
    {
        var row = transaction.Connection!.QuerySingleOrDefault<Row>(
            """
            SELECT account_id AS AccountId, user_id AS UserId, status AS Status, confirmation_number AS ConfirmationNumber,
                   updated_at AS UpdatedAt
            FROM customer WHERE account_id = @accountId
            """,
            new { accountId },
            transaction);
        return row is null
            ? null
            : new CustomerRecord(row.AccountId, row.UserId, row.Status, row.ConfirmationNumber, RecordsDatabase.Time(row.UpdatedAt));
    }

    private static string StatusBefore(IDbTransaction transaction, string accountId, string? confirmationNumber) =>
        transaction.Connection!.ExecuteScalar<string>(
            "SELECT status_before FROM customer_closure WHERE account_id = @accountId AND confirmation_number = @confirmationNumber",
            new { accountId, confirmationNumber },
            transaction) ?? Active;

    private static void SetStatus(IDbTransaction transaction, string accountId, string status, string? confirmationNumber, DateTimeOffset at) =>
        transaction.Connection!.Execute(
            "UPDATE customer SET status = @status, confirmation_number = @confirmationNumber, updated_at = @at WHERE account_id = @accountId",
            new { accountId, status, confirmationNumber, at = RecordsDatabase.TimeText(at) },
            transaction);

    private sealed record Row(string AccountId, string UserId, string Status, string? ConfirmationNumber, string UpdatedAt);
}
