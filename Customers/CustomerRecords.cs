using AccountClosure.Records;

namespace AccountClosure.Customers;

/// <summary>The customer records in the records database. A customer without a row was active when the closure began.</summary>
public sealed class CustomerRecords(RecordsDatabase database) : ICustomerRecords
{
    private const string Active = "active";
    private const string PendingClosure = "pending_closure";
    private const string Closed = "closed";

    public Task MarkPendingClosureAsync(
        string accountId, string userId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        database.Write(session =>
        {
            // A stopped closure removes its mark before it ends. An execution that begins later must not add another mark.
            if (IsStopped(session, confirmationNumber))
                return;
            var customer = Find(session, accountId);
            var isFirst = session.Execute(
                """
                INSERT INTO customer_closure (account_id, confirmation_number, status_before) VALUES (@account, @number, @before)
                ON CONFLICT (account_id, confirmation_number) DO NOTHING
                """,
                ("@account", accountId),
                ("@number", confirmationNumber),
                ("@before", StatusBefore(session, customer))) == 1;
            if (!isFirst)
                return;
            session.Execute(
                """
                INSERT INTO customer (account_id, user_id, status, confirmation_number, updated_at)
                VALUES (@account, @user, @status, @number, @at)
                ON CONFLICT (account_id) DO UPDATE SET
                    user_id = excluded.user_id, status = excluded.status, confirmation_number = excluded.confirmation_number,
                    updated_at = excluded.updated_at
                """,
                ("@account", accountId),
                ("@user", userId),
                ("@status", PendingClosure),
                ("@number", confirmationNumber),
                ("@at", RecordsDatabase.TimeText(at)));
        });
        return Task.CompletedTask;
    }

    public Task<bool> MarkClosedAsync(
        string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Write(session =>
        {
            if (StatusBefore(session, accountId, confirmationNumber) is null)
                return false;
            // Mark once per closure: a late repetition must not close the record of an account that was opened again meanwhile.
            var isFirst = session.Execute(
                """
                UPDATE customer_closure SET closed_at = @at
                WHERE account_id = @account AND confirmation_number = @number AND closed_at IS NULL
                """,
                ("@account", accountId),
                ("@number", confirmationNumber),
                ("@at", RecordsDatabase.TimeText(at))) == 1;
            if (isFirst && Find(session, accountId) is { Status: not Closed })
                SetStatus(session, accountId, Closed, confirmationNumber, at);
            return true;
        }));

    public Task<bool> RestoreAsync(
        string accountId, string confirmationNumber, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Write(session =>
        {
            var customer = Find(session, accountId);
            bool isOwn = customer?.ConfirmationNumber == confirmationNumber
                && (customer.Status == PendingClosure
                    || (customer.Status == Closed && ClosedAt(session, accountId, confirmationNumber) <= at));
            if (!isOwn)
                return false;
            SetStatus(session, accountId, StatusBefore(session, accountId, confirmationNumber) ?? Active, null, at);
            return true;
        }));

    public Task<IReadOnlyList<string>> ListClosuresAsync(string accountId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<string>>(database.Read(session => session.Query(
            "SELECT confirmation_number FROM customer_closure WHERE account_id = @account",
            row => row.GetString(0),
            ("@account", accountId))));

    public Task<CustomerRecord?> FindAsync(string accountId, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Find(session, accountId)));

    private static CustomerRecord? Find(RecordsSession session, string accountId) => session.QueryFirst(
        "SELECT account_id, user_id, status, confirmation_number, updated_at FROM customer WHERE account_id = @account",
        row => new CustomerRecord(row.GetString(0), row.GetString(1), row.GetString(2), row.OptionalText(3), row.Time(4)),
        ("@account", accountId));

    // A terminated closure leaves its mark on the record. The status before is then the one from before that closure. A closed record
    // belongs to an account that was opened again, because a closure marks only an open account.
    private static string StatusBefore(RecordsSession session, CustomerRecord? customer)
    {
        var status = customer?.Status == PendingClosure
            ? StatusBefore(session, customer.AccountId, customer.ConfirmationNumber)
            : customer?.Status;
        return status is null or Closed ? Active : status;
    }

    private static string? StatusBefore(RecordsSession session, string accountId, string? confirmationNumber) => session.QueryFirst(
        "SELECT status_before FROM customer_closure WHERE account_id = @account AND confirmation_number = @number",
        row => row.GetString(0),
        ("@account", accountId),
        ("@number", confirmationNumber));

    private static DateTimeOffset? ClosedAt(RecordsSession session, string accountId, string confirmationNumber) => session.QueryFirst(
        "SELECT closed_at FROM customer_closure WHERE account_id = @account AND confirmation_number = @number",
        row => row.OptionalTime(0),
        ("@account", accountId),
        ("@number", confirmationNumber));

    private static bool IsStopped(RecordsSession session, string confirmationNumber) => session.QueryFirst(
        "SELECT 1 FROM closure WHERE confirmation_number = @number AND (stopped_at IS NOT NULL OR ended_at IS NOT NULL)",
        row => row.GetInt32(0),
        ("@number", confirmationNumber)) == 1;

    private static void SetStatus(RecordsSession session, string accountId, string status, string? confirmationNumber, DateTimeOffset at) =>
        session.Execute(
            "UPDATE customer SET status = @status, confirmation_number = @number, updated_at = @at WHERE account_id = @account",
            ("@account", accountId),
            ("@status", status),
            ("@number", confirmationNumber),
            ("@at", RecordsDatabase.TimeText(at)));
}
