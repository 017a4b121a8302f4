using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Orchestrations;

/// <summary>
/// The calls that orchestrators make: one method for each activity, with the activity's name, input, and result. A test compares the
/// methods with the activities, which have the documentation.
/// </summary>
internal static class ActivityCalls
{
    public static Task AppendAudit(this ActivityCaller activities, AppendAuditInput input) =>
        activities.CallAsync(nameof(Activities.AppendAudit), input);

    public static Task<WithdrawalAssessment> AssessWithdrawal(this ActivityCaller activities, AssessWithdrawalInput input) =>
        activities.CallAsync<WithdrawalAssessment>(nameof(Activities.AssessWithdrawal), input);

    public static Task<bool> CancelOrders(this ActivityCaller activities, LiquidationInput input) =>
        activities.CallAsync<bool>(nameof(Activities.CancelOrders), input);

    public static Task<int> CancelOwnOrders(this ActivityCaller activities, CancelOwnOrdersInput input) =>
        activities.CallAsync<int>(nameof(Activities.CancelOwnOrders), input);

    public static Task CancelTransfer(this ActivityCaller activities, CancelTransferInput input) =>
        activities.CallAsync(nameof(Activities.CancelTransfer), input);

    public static Task<CloseBrokerAccountResult> CloseBrokerAccount(this ActivityCaller activities, CloseBrokerAccountInput input) =>
        activities.CallAsync<CloseBrokerAccountResult>(nameof(Activities.CloseBrokerAccount), input);

    public static Task<ClosePositionsResult> ClosePositions(this ActivityCaller activities, LiquidationInput input) =>
        activities.CallAsync<ClosePositionsResult>(nameof(Activities.ClosePositions), input);

    public static Task<CreateTransferResult> CreateTransfer(this ActivityCaller activities, CreateTransferInput input) =>
        activities.CallAsync<CreateTransferResult>(nameof(Activities.CreateTransfer), input);

    public static Task DeclareTransfers(this ActivityCaller activities, DeclareTransfersInput input) =>
        activities.CallAsync(nameof(Activities.DeclareTransfers), input);

    public static Task<DateTimeOffset> FindBusinessDay(this ActivityCaller activities, FindBusinessDayInput input) =>
        activities.CallAsync<DateTimeOffset>(nameof(Activities.FindBusinessDay), input);

    public static Task<IReadOnlyList<UnfinishedClosure>> FindUnfinishedClosures(this ActivityCaller activities, ClosureRequest request) =>
        activities.CallAsync<IReadOnlyList<UnfinishedClosure>>(nameof(Activities.FindUnfinishedClosures), request);

    public static Task<IReadOnlyList<OpenTransfer>> PollTransfers(this ActivityCaller activities, PollTransfersInput input) =>
        activities.CallAsync<IReadOnlyList<OpenTransfer>>(nameof(Activities.PollTransfers), input);

    public static Task<IReadOnlyList<OpenTransfer>> ListOpenTransfers(this ActivityCaller activities, ClosureTransfersInput input) =>
        activities.CallAsync<IReadOnlyList<OpenTransfer>>(nameof(Activities.ListOpenTransfers), input);

    public static Task<bool> MarkCustomerClosed(this ActivityCaller activities, CustomerRecordInput change) =>
        activities.CallAsync<bool>(nameof(Activities.MarkCustomerClosed), change);

    public static Task MarkCustomerPending(this ActivityCaller activities, CustomerRecordInput change) =>
        activities.CallAsync(nameof(Activities.MarkCustomerPending), change);

    public static Task<string> ReadAccountStatus(this ActivityCaller activities, string accountId) =>
        activities.CallAsync<string>(nameof(Activities.ReadAccountStatus), accountId);

    public static Task<AccountBalances> ReadBalances(this ActivityCaller activities, string accountId) =>
        activities.CallAsync<AccountBalances>(nameof(Activities.ReadBalances), accountId);

    public static Task<ReadClosedAccountResult> ReadClosedAccount(this ActivityCaller activities, string accountId) =>
        activities.CallAsync<ReadClosedAccountResult>(nameof(Activities.ReadClosedAccount), accountId);

    public static Task<Holdings> ReadHoldings(this ActivityCaller activities, string accountId) =>
        activities.CallAsync<Holdings>(nameof(Activities.ReadHoldings), accountId);

    public static Task<int> RecordLateReturns(this ActivityCaller activities, RecordLateReturnsInput input) =>
        activities.CallAsync<int>(nameof(Activities.RecordLateReturns), input);

    public static Task<RecordPhaseResult> RecordPhase(this ActivityCaller activities, RecordPhaseInput input) =>
        activities.CallAsync<RecordPhaseResult>(nameof(Activities.RecordPhase), input);

    public static Task RecordReturns(this ActivityCaller activities, IReadOnlyList<ReturnedTransfer> returned) =>
        activities.CallAsync(nameof(Activities.RecordReturns), returned);

    public static Task<OpenTransfer?> RecordTransferIntent(this ActivityCaller activities, RecordTransferIntentInput input) =>
        activities.CallAsync<OpenTransfer?>(nameof(Activities.RecordTransferIntent), input);

    public static Task ReportUnsentEmail(this ActivityCaller activities, ReportUnsentEmailInput input) =>
        activities.CallAsync(nameof(Activities.ReportUnsentEmail), input);

    public static Task<bool> RestoreCustomer(this ActivityCaller activities, CustomerRecordInput change) =>
        activities.CallAsync<bool>(nameof(Activities.RestoreCustomer), change);

    public static Task<string?> SendNotification(this ActivityCaller activities, Notification notification) =>
        activities.CallAsync<string?>(nameof(Activities.SendNotification), notification);

    public static Task StartOrchestration(this ActivityCaller activities, StartOrchestrationInput input) =>
        activities.CallAsync(nameof(Activities.StartOrchestration), input);

    public static Task<StopClosureResult> StopClosure(this ActivityCaller activities, StopClosureInput input) =>
        activities.CallAsync<StopClosureResult>(nameof(Activities.StopClosure), input);

    public static Task<SumTransfersResult> SumTransfers(this ActivityCaller activities, ClosureTransfersInput input) =>
        activities.CallAsync<SumTransfersResult>(nameof(Activities.SumTransfers), input);

    public static Task<AccountFindings> VerifyAccount(this ActivityCaller activities, VerifyAccountInput input) =>
        activities.CallAsync<AccountFindings>(nameof(Activities.VerifyAccount), input);
}
