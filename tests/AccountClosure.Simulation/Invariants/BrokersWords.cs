namespace AccountClosure.Simulation.Invariants;

/// <summary>The broker's meaning of a transfer's status. It is independent of the app's own reading, which is under test.</summary>
internal static class BrokersWords
{
    public static bool HasArrived(string status) => status is "COMPLETE" or "SETTLED";

    public static bool HasComeBack(string status) => status is "REJECTED" or "CANCELED" or "RETURNED" or "EXPIRED";

    public static bool IsFinal(string status) => HasArrived(status) || HasComeBack(status);

    public static bool IsWorking(string orderStatus) => orderStatus is "new" or "accepted" or "partially_filled" or "pending_cancel";
}
