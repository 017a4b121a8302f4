using AccountClosure.Simulator.Accounts;
using AccountClosure.Simulator.Market;
using static AccountClosure.Simulator.ControlException;
using static AccountClosure.Simulator.Controls.AccountRules;

namespace AccountClosure.Simulator.Controls;

/// <summary>What a test or a developer does to accounts behind the broker's back. Callers hold the broker's lock and commit.</summary>
internal sealed class AccountControls(Broker broker)
{
    public CreatedAccount Create(NewAccount wanted, DateTimeOffset now)
    {
        Require(wanted.UnsettledCash >= 0 && wanted.UnsettledCash <= Math.Max(0, wanted.Cash), "unsettledCash must be between 0 and cash.");
        RequireWord(wanted.Status, "status");
        Require(wanted.DailyTransferLimit is null or > 0, "dailyTransferLimit must be greater than zero.");
        var number = broker.AccountStates.Count + 1;
        var draw = broker.DrawFor($"account/{number}");
        var account = new Account
        {
            Id = draw.Uuid("id"),
            Number = number,
            UserId = draw.Uuid("user"),
            CreatedAt = now,
            Status = wanted.Status,
            TradingBlocked = wanted.Blocks.Trading,
            TransfersBlocked = wanted.Blocks.Transfers,
            AccountBlocked = wanted.Blocks.Account,
            DailyTransferLimit = wanted.DailyTransferLimit,
            Bank = BankOf(wanted.Bank, draw.Uuid("ach relationship"), $"Customer Number {number}", now, now, countedFrom: 0),
        };
        account.Cash.Add(new CashEntry(now, wanted.Cash - wanted.UnsettledCash, now));
        if (wanted.UnsettledCash > 0)
            account.Cash.Add(new CashEntry(now, wanted.UnsettledCash, ExchangeCalendar.SettlementOf(now)));
        foreach (var position in wanted.Positions)
        {
            Require(account.Holdings.TrueForAll(holding => holding.Symbol != position.Symbol), $"positions names {position.Symbol} twice.");
            account.Holdings.Add(HoldingOf(position));
        }
        foreach (var transfer in wanted.PriorTransfers.OrderByDescending(transfer => transfer.HoursAgo))
            account.Transfers.Add(PriorTransfer(account, transfer, now));
        foreach (var order in wanted.OpenOrders)
            account.Orders.Add(OrderOf(account, order, now));
        // Entered when it is whole and right, so that a refused request leaves nothing behind.
        broker.AccountStates.Add(account);
        return new CreatedAccount(account.Id, account.UserId, account.Bank.RelationshipId);
    }

    public AccountState State(Account account, DateTimeOffset now)
    {
        var balances = broker.BalancesOf(account, now);
        return new AccountState(
            account.Id,
            account.StatusAt(now),
            balances.Cash,
            balances.Withdrawable,
            balances.PendingOut,
            balances.PendingIn,
            [
                .. from holding in account.Holdings
                   let shares = account.SharesAt(holding, now)
                   where shares != 0
                   select new PositionState(holding.Symbol, shares, holding.Price),
            ],
            [.. account.Orders.Select(order => StateOf(order, now))],
            [.. account.Transfers.Select(transfer => StateOf(transfer, now))]);
    }

    /// <summary>Late cash such as a dividend, or with a negative amount a fee.</summary>
    public void AddCash(Account account, CashChange change, DateTimeOffset now)
    {
        account.Cash.Add(new CashEntry(now, change.Amount, change.Settled ? now : ExchangeCalendar.SettlementOf(now)));
        broker.AccountStates.Save(account);
    }

    public void SetBlocks(Account account, Blocks blocks)
    {
        (account.TradingBlocked, account.TransfersBlocked, account.AccountBlocked) = (blocks.Trading, blocks.Transfers, blocks.Account);
        broker.AccountStates.Save(account);
    }

    public void SetPending(Account account, PendingMoney pending)
    {
        Require(pending.In >= 0 && pending.Out >= 0, "in and out must be zero or more.");
        account.UnlistedPending = pending;
        broker.AccountStates.Save(account);
    }

    /// <summary>The broker cancels the open orders of an account that it closes.</summary>
    public void SetStatus(Account account, string status, DateTimeOffset now)
    {
        RequireWord(status, "status");
        account.Status = status;
        account.ClosesAt = null;
        foreach (var order in account.Orders.Where(order => status == Account.Closed && order.IsOpen(now)))
        {
            order.Cancel(now, now);
            broker.AccountStates.Save(account, order);
        }
        broker.AccountStates.Save(account);
    }

    /// <summary>From now on the bank behaves like this; its nth transfer is counted from now.</summary>
    public void SetBank(Account account, BankOptions options, DateTimeOffset now)
    {
        var bank = account.Bank;
        account.Bank = BankOf(options, bank.RelationshipId, bank.OwnerName, bank.CreatedAt, now, TransferDesk.OutgoingSoFar(account));
        broker.AccountStates.Save(account);
    }

    /// <summary>The rest of the bank's behaviour stays as it is.</summary>
    public void SetRelationshipStatus(Account account, string status, DateTimeOffset now)
    {
        RequireWord(status, "status");
        account.Bank = account.Bank with { Status = status, UpdatedAt = now };
        broker.AccountStates.Save(account);
    }

    /// <summary>Gives shares (or takes them, when the quantity is negative) and sets the price.</summary>
    public void AddPosition(Account account, NewPosition position, DateTimeOffset now)
    {
        var index = account.Holdings.FindIndex(holding => holding.Symbol == position.Symbol);
        if (index < 0)
        {
            account.Holdings.Add((HoldingOf(position) with { Quantity = 0 }).With(new ShareEntry(now, position.Qty)));
        }
        else
        {
            var held = account.Holdings[index];
            Require(position.Price > 0, "price must be greater than zero.");
            Require(account.SharesAvailable(held, now) + position.Qty >= 0, "qty must not take more shares than are free.");
            account.Holdings[index] = (held with { Price = position.Price }).With(new ShareEntry(now, position.Qty));
        }
        broker.AccountStates.Save(account);
    }

    public string AddOrder(Account account, NewOrder wanted, DateTimeOffset now)
    {
        var order = OrderOf(account, wanted, now);
        broker.AccountStates.Save(account);
        broker.AccountStates.Add(account, order);
        return order.Id;
    }

    /// <summary>A transfer that the customer makes by other means; the broker holds it to the same cash and limit.</summary>
    public string AddTransfer(Account account, NewTransfer wanted, DateTimeOffset now)
    {
        RequireTransfer(wanted);
        Require(wanted.HoursAgo == 0, "hoursAgo is only for the priorTransfers of a new account.");
        if (wanted.Direction == Transfer.Outgoing)
        {
            Require(wanted.Amount <= broker.BalancesOf(account, now).Withdrawable, "The account has not that much withdrawable cash.");
            Require(
                account.SentInLastDay(now) + wanted.Amount <= (account.DailyTransferLimit ?? broker.Options.DailyTransferLimit),
                "The transfer would be over the daily limit of the account.");
        }
        var transfer = TransferDesk.Create(broker, account, wanted.Amount, wanted.Direction, now, Hours(wanted.TransferHours));
        if (wanted.Status is { } status)
            Divert(account, transfer, new TransferStep(status, now));
        return transfer.Id;
    }

    /// <summary>Whatever was to come, the transfer has this status from now on.</summary>
    public void SetTransferStatus(Account account, string transferId, TransferChange change, DateTimeOffset now)
    {
        RequireWord(change.Status, "status");
        var transfer = account.Transfers.Find(transfer => transfer.Id == transferId);
        Require(transfer is not null, $"The account has no transfer {transferId}.");
        Require(
            change.Means is null || TransferWords.IsFinal(change.Means),
            "The field 'means' must be a final status of the API, such as COMPLETE, RETURNED, REJECTED or CANCELED.");
        Divert(account, transfer!, new TransferStep(change.Status, now, change.Reason, change.Means));
    }

    private void Divert(Account account, Transfer transfer, TransferStep step)
    {
        transfer.Divert(step);
        broker.AccountStates.Save(account, transfer);
    }

    /// <summary>The account gets an empty holding if the order is for a symbol that it has not.</summary>
    private Order OrderOf(Account account, NewOrder wanted, DateTimeOffset now)
    {
        RequireOrder(wanted);
        var holding = account.Holdings.Find(holding => holding.Symbol == wanted.Symbol);
        var price = wanted.LimitPrice ?? holding?.Price;
        Require(price is not null, $"A market order for {wanted.Symbol} needs a position, which has a price; give a limitPrice.");
        Require(
            wanted.Side == Order.Buy || (holding is not null && account.SharesAvailable(holding, now) >= wanted.Qty),
            $"The account has not enough free shares of {wanted.Symbol} to sell.");
        if (holding is null)
            account.Holdings.Add(new Holding(wanted.Symbol, 0, price!.Value, price.Value));
        var draw = broker.DrawFor($"{account.Id}/order/{account.Orders.Count}");
        var (type, timeInForce) = wanted.LimitPrice is null ? (Order.Market, "day") : (Order.Limit, "gtc");
        var request = new OrderDesk.Request(
            draw, wanted.Symbol, wanted.Side, type, timeInForce, wanted.Qty, wanted.LimitPrice, Seconds(wanted.FillsAfterSeconds));
        return OrderDesk.Accept(request, now, price!.Value, broker.Faults.IsHalted(account.Id, wanted.Symbol));
    }

    private Transfer PriorTransfer(Account account, NewTransfer wanted, DateTimeOffset now)
    {
        RequireTransfer(wanted);
        var createdAt = now - TimeSpan.FromHours(wanted.HoursAgo);
        var draw = broker.DrawFor($"{account.Id}/transfer/{account.Transfers.Count}");
        var duration = Hours(wanted.TransferHours) ?? TransferDesk.Duration(broker, account);
        List<TransferStep> steps = wanted.Status is { } status
            ? [new TransferStep(TransferWords.Queued, createdAt), new TransferStep(status, now)]
            : TransferTimetable.Plan(draw, createdAt, duration, new TransferOutcome(TransferFate.Completes));
        return TransferDesk.Entry(account, draw, wanted.Amount, wanted.Direction, createdAt, steps, stepsTakenUntil: now);
    }

    private static Bank BankOf(
        BankOptions options, string relationshipId, string owner, DateTimeOffset createdAt, DateTimeOffset updatedAt, int countedFrom)
    {
        RequireWord(options.RelationshipStatus, "bank.relationshipStatus");
        Require(options.TransferHours is null or > 0 and < 10_000, "bank.transferHours must be greater than zero and below 10000.");
        var outcomes = new Dictionary<int, TransferOutcome>();
        foreach (var returned in options.Returns ?? [])
        {
            Require(returned.Transfer >= 1, "bank.returns: transfer must be 1 for the first transfer, or more.");
            Require(
                returned.AfterCompleteHours is null or > 0 and < 10_000, "bank.returns: afterCompleteHours must be between 0 and 10000.");
            outcomes[returned.Transfer] = returned.AfterCompleteHours is { } hours
                ? new TransferOutcome(TransferFate.IsReturnedLater, TimeSpan.FromHours(hours), returned.Reason)
                : new TransferOutcome(TransferFate.IsReturned, Reason: returned.Reason);
        }
        foreach (var nth in options.Rejections ?? [])
        {
            Require(nth >= 1, "bank.rejections must hold 1 for the first transfer, or more.");
            outcomes[nth] = new TransferOutcome(TransferFate.IsRejected);
        }
        return new Bank(
            relationshipId, options.RelationshipStatus, owner, createdAt, updatedAt, Hours(options.TransferHours), outcomes, countedFrom);
    }

    private static Holding HoldingOf(NewPosition position)
    {
        RequireSymbol(position.Symbol);
        Require(position.Qty > 0, "qty must be greater than zero.");
        Require(position.Price > 0, "price must be greater than zero.");
        return new Holding(position.Symbol, position.Qty, position.Price, position.AverageEntryPrice ?? position.Price);
    }

    private static OrderState StateOf(Order order, DateTimeOffset now) => new(
        order.Id,
        order.Symbol,
        order.Side,
        order.Status(now),
        order.Quantity,
        order.FilledQuantity(now),
        order.FilledValue(now),
        order.SubmittedAt);

    private static TransferState StateOf(Transfer transfer, DateTimeOffset now)
    {
        var step = transfer.StepAt(now);
        var completed = transfer.Steps.Find(step => TransferWords.HasArrived(step.Meaning) && step.At <= now);
        return new TransferState(
            transfer.Id, transfer.Amount, transfer.Direction, step.Status, transfer.CreatedAt, step.At, completed?.At);
    }

    private static TimeSpan? Hours(double? hours) => hours is { } value ? TimeSpan.FromHours(value) : null;

    private static TimeSpan? Seconds(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;
}
