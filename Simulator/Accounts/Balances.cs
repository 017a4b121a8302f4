namespace AccountClosure.Simulator.Accounts;

/// <summary>The money of an account at one time, in US dollars, exact.</summary>
/// <param name="Settled">The part of the cash that has settled.</param>
/// <param name="Reserved">What open buy orders would cost.</param>
/// <param name="PendingOut">In outgoing transfers that have not ended; already off the cash.</param>
/// <param name="PendingIn">In deposits that have not ended; not yet in the cash.</param>
/// <param name="ValidUntil">The next time at which something changes by itself.</param>
internal readonly record struct Balances(
    decimal Cash,
    decimal Settled,
    decimal Reserved,
    decimal PendingOut,
    decimal PendingIn,
    decimal MarketValue,
    decimal CostBasis,
    DateTimeOffset ValidUntil)
{
    public decimal Withdrawable => Math.Max(0m, Math.Min(Settled, Cash) - Reserved);

    public decimal Equity => Cash + MarketValue;

    public static Balances From(Account account, DateTimeOffset time, SettlementHolds holds)
    {
        var tally = new Tally(time);
        foreach (var entry in account.Cash)
        {
            tally.Cash(entry.At, entry.Amount);
            // Cash that came settled cannot be held up.
            tally.Settled(entry.SettlesAt > entry.At ? holds.Settles(account.Id, entry.SettlesAt) : entry.At, entry.Amount);
        }
        foreach (var order in account.Orders)
            AddOrder(ref tally, order, account.Id, holds);
        foreach (var transfer in account.Transfers)
            AddTransfer(ref tally, transfer);

        var (marketValue, costBasis) = (0m, 0m);
        foreach (var holding in account.Holdings)
        {
            var shares = account.SharesAt(holding, time);
            marketValue += shares * holding.Price;
            costBasis += shares * holding.AverageEntryPrice;
        }
        return new Balances(
            tally.CashSum, tally.SettledSum, tally.Reserved, tally.PendingOut, tally.PendingIn, marketValue, costBasis, tally.Next);
    }

    private static void AddOrder(ref Tally tally, Order order, string accountId, SettlementHolds holds)
    {
        foreach (var fill in order.Fills)
        {
            var value = fill.Quantity * fill.Price;
            tally.Cash(fill.At, order.IsBuy ? -value : value);
            tally.Settled(order.IsBuy ? fill.At : holds.Settles(accountId, fill.SettlesAt), order.IsBuy ? -value : value);
        }
        if (order.EndsAt is { } end)
            tally.Happens(end);
        if (order.IsBuy && order.LimitPrice is { } limit && order.IsOpen(tally.Time))
            tally.Reserved += (order.Quantity - order.FilledQuantity(tally.Time)) * limit;
    }

    private static void AddTransfer(ref Tally tally, Transfer transfer)
    {
        var sign = transfer.IsOutgoing ? -1 : 1;
        var moved = transfer.IsOutgoing;
        if (transfer.IsOutgoing && transfer.StepsTakenUntil is null)
            tally.Both(transfer.CreatedAt, -transfer.Amount);
        foreach (var step in transfer.Steps)
        {
            tally.Happens(step.At);
            // An outgoing transfer moves the money when it is created, a deposit when it has arrived; a failure moves it back.
            var moves = !moved && TransferWords.HasArrived(step.Meaning);
            var movesBack = moved && TransferWords.HasFailed(step.Meaning);
            if (!moves && !movesBack)
                continue;
            moved = moves;
            if (!(step.At <= transfer.StepsTakenUntil))
                tally.Both(step.At, moves ? sign * transfer.Amount : -sign * transfer.Amount);
        }
        if (transfer.CreatedAt > tally.Time || TransferWords.IsFinal(transfer.StepAt(tally.Time).Meaning))
            return;
        if (transfer.IsOutgoing)
            tally.PendingOut += transfer.Amount;
        else
            tally.PendingIn += transfer.Amount;
    }

    private struct Tally(DateTimeOffset time)
    {
        public readonly DateTimeOffset Time => time;

        public DateTimeOffset Next = DateTimeOffset.MaxValue;
        public decimal CashSum;
        public decimal SettledSum;
        public decimal Reserved;
        public decimal PendingOut;
        public decimal PendingIn;

        public void Happens(DateTimeOffset at)
        {
            if (at > time && at < Next)
                Next = at;
        }

        public void Cash(DateTimeOffset at, decimal amount)
        {
            Happens(at);
            if (at <= time)
                CashSum += amount;
        }

        public void Settled(DateTimeOffset at, decimal amount)
        {
            Happens(at);
            if (at <= time)
                SettledSum += amount;
        }

        public void Both(DateTimeOffset at, decimal amount)
        {
            Cash(at, amount);
            Settled(at, amount);
        }
    }
}
