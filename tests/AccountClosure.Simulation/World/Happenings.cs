using AccountClosure.Closure;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>Carries out the happenings of the course, as far as the account still allows them.</summary>
internal sealed class Happenings(SimulatedWorld world)
{
    private readonly List<Action> _toEnd = [];

    private string AccountId => world.Account.AccountId;

    public void Begin(Happening happening)
    {
        if (IsPeoples(happening))
            return;
        AccountState atBroker = world.State();
        if (atBroker.Status != "ACTIVE" || world.Watch.Latest is not { StoppedAt: null } && happening.Kind == HappeningKind.Return)
            return;
        try
        {
            Begin(happening, atBroker);
        }
        catch (ControlException impossible)
        {
            world.Story.Tell("world", $"{happening.Kind} does not happen: {impossible.Message}");
        }
    }

    /// <summary>Ends all faults and repairs what they left.</summary>
    public void EndAll()
    {
        world.Story.Tell("world", "from here on nothing goes wrong");
        foreach (Action end in _toEnd.ToArray())
            end();
    }

    /// <summary>Carries out a happening that people cause.</summary>
    private bool IsPeoples(Happening happening)
    {
        People people = world.People;
        switch (happening.Kind)
        {
            case HappeningKind.Initiate:
                people.Initiate();
                return true;
            case HappeningKind.Cancel or HappeningKind.CancelByForce:
                people.Cancel(force: happening.Kind == HappeningKind.CancelByForce);
                return true;
            case HappeningKind.Terminate:
                people.Terminate();
                return true;
            case HappeningKind.Purge:
                people.TerminateAndPurge();
                return true;
            case HappeningKind.Restart when happening.Flag:
                people.TerminateAndRestart();
                return true;
            case HappeningKind.Restart:
                people.Restart();
                return true;
            case HappeningKind.SuspendAndResume:
                people.Suspend();
                Later(happening, people.Resume);
                return true;
            case HappeningKind.StrayEvent:
                people.StrayEvent(resolves: happening.Flag);
                return true;
            case HappeningKind.DatabaseDown or HappeningKind.MailDown or HappeningKind.StoreDown:
                world.Inject($"{happening.Kind}", "world", $"{happening.Kind} until {happening.Until:u}");
                string[] stores = StoresOf(happening);
                world.StoresDown.AddRange(stores);
                Later(happening, () => Array.ForEach(stores, store => world.StoresDown.Remove(store)));
                return true;
            default:
                return false;
        }
    }

    private static string[] StoresOf(Happening happening) => happening.Kind switch
    {
        HappeningKind.DatabaseDown => FaultyStores.Records,
        HappeningKind.MailDown => [FaultyStores.Mail],
        _ => [FaultyStores.Records[(int)(happening.Dollars * 100m) % FaultyStores.Records.Length]],
    };

    private void Begin(Happening happening, AccountState atBroker)
    {
        switch (happening.Kind)
        {
            case HappeningKind.Dividend:
                AddCash(happening.Dollars, happening.Flag);
                break;
            case HappeningKind.Fee:
                AddCash(-Math.Min(happening.Dollars, 3m));
                break;
            case HappeningKind.OtherTransfer:
                decimal amount = happening.Flag ? decimal.Floor(atBroker.CashWithdrawable * 100m) / 100m : happening.Dollars;
                world.Others.Add(world.Broker.AddTransfer(AccountId, new NewTransfer(Math.Max(amount, 0.01m))));
                break;
            case HappeningKind.Deposit:
                world.Others.Add(world.Broker.AddTransfer(AccountId, new NewTransfer(happening.Dollars, "INCOMING")));
                break;
            case HappeningKind.Shares:
                world.Broker.AddPosition(AccountId, new NewPosition("AAPL", 1.5m, 10m));
                world.Changes.LastHolding = world.Now;
                break;
            case HappeningKind.Trade:
                world.People.Trade(buys: happening.Flag);
                return;
            case HappeningKind.Block:
                world.Broker.SetBlocks(AccountId, new Blocks(Transfers: happening.Flag, Account: !happening.Flag));
                Later(happening, () => world.Broker.SetBlocks(AccountId, new Blocks()));
                break;
            case HappeningKind.Unsellable or HappeningKind.StuckSettlement:
                FaultState fault = world.Broker.AddFault(new Fault
                {
                    Kind = happening.Kind == HappeningKind.Unsellable ? FaultKind.Unsellable : FaultKind.StuckSettlement,
                    Symbol = happening.Kind == HappeningKind.Unsellable ? "AAPL" : null,
                });
                Later(happening, () => world.Broker.RemoveFault(fault.Id));
                break;
            case HappeningKind.OddStatus:
                if (Find(atBroker, transfer => !new TransferStatus(transfer.Status).IsFinal) is not { } open)
                    return;
                world.Broker.SetTransferStatus(AccountId, open.Id, new TransferChange("ON_HOLD"));
                Later(happening, () => End(open.Id, "ON_HOLD", new TransferChange("COMPLETE")));
                break;
            case HappeningKind.Return:
                if (Find(atBroker, transfer => transfer.Status == "COMPLETE") is not { } complete)
                    return;
                world.Broker.SetTransferStatus(AccountId, complete.Id, new TransferChange("RETURNED", "R03"));
                break;
            case HappeningKind.Outage:
                world.IsOutage = true;
                Later(happening, () => world.IsOutage = false);
                break;
            default:
                if (!BeginByOthers(happening, atBroker))
                    return;
                break;
        }
        world.LastChange = world.Now;
        world.Inject($"{happening.Kind}", "world", $"{happening.Kind} {happening.Dollars} {(happening.Flag ? "(flagged)" : "")}");
    }

    /// <returns>Whether it was possible.</returns>
    private bool BeginByOthers(Happening happening, AccountState atBroker)
    {
        switch (happening.Kind)
        {
            case HappeningKind.UnknownEnd:
                if (Find(atBroker, transfer => !new TransferStatus(transfer.Status).IsFinal) is not { } open)
                    return false;
                world.Broker.SetTransferStatus(AccountId, open.Id, new TransferChange("FAILED"));
                TransferChange end = new(happening.Flag ? "REJECTED" : "RETURNED");
                UntilAsked("The transfer's end", () => End(open.Id, "FAILED", end));
                return true;
            case HappeningKind.TransferCanceled:
                if (Find(atBroker, transfer => !new TransferStatus(transfer.Status).IsFinal) is not { } canceled)
                    return false;
                world.Broker.SetTransferStatus(AccountId, canceled.Id, new TransferChange("CANCELED", "by the back office"));
                return true;
            case HappeningKind.RelationshipCanceled:
                world.Broker.SetBank(AccountId, new BankOptions(RelationshipStatus: "CANCEL_REQUESTED"));
                UntilAsked("The bank relationship", () => world.Broker.SetBank(AccountId, new BankOptions()));
                return true;
            case HappeningKind.ClosedByOthers or HappeningKind.Disabled:
                if (world.CloseAcceptedAt is not null)
                    return false;
                SetStatus(happening.Kind == HappeningKind.Disabled ? "DISABLED" : "ACCOUNT_CLOSED");
                UntilAsked("The account's status", () => PutStatusRight(happening));
                return true;
            case HappeningKind.PendingMoney:
                world.Api.PendingIn += happening.Dollars;
                world.PendingSince ??= world.Now;
                Later(happening, () =>
                {
                    world.Api.PendingIn -= happening.Dollars;
                    world.PendingSince = world.Api.PendingIn > 0 ? world.PendingSince : null;
                    AddCash(happening.Dollars);
                    world.LastChange = world.Now;
                });
                return true;
            case HappeningKind.StaleClock:
                world.Api.HasStaleClock = true;
                world.Api.IsMarketCalledClosed = happening.Flag;
                UntilAsked("The market's clock", () => world.Api.HasStaleClock = false);
                return true;
            default:
                throw new InvalidOperationException($"Nobody knows what {happening.Kind} is.");
        }
    }

    // The account is reopened, or its money is paid out elsewhere if it holds only money.
    private void PutStatusRight(Happening happening)
    {
        AccountState atBroker = world.State();
        if (happening.Kind == HappeningKind.Disabled || happening.Flag || atBroker.Positions.Count > 0 || atBroker.Cash < 0m)
            SetStatus("ACTIVE");
        else
            AddCash(-atBroker.Cash);
        world.LastChange = world.Now;
    }

    private void SetStatus(string status)
    {
        world.Broker.SetStatus(AccountId, status);
        world.LastStatusChange = world.Now;
    }

    private void UntilAsked(string what, Action heal) => world.Unhealed.Add(what, heal);

    private void AddCash(decimal amount, bool isSettled = true)
    {
        world.Broker.AddCash(AccountId, new CashChange(amount, isSettled));
        world.Changes.Add(amount);
    }

    // Unless the transfer has ended otherwise: a final status at the broker stays final.
    private void End(string transferId, string from, TransferChange end)
    {
        if (world.State().Transfers.Any(transfer => transfer.Id == transferId && transfer.Status == from))
            world.Broker.SetTransferStatus(AccountId, transferId, end);
    }

    // A transfer that the closure made and that no other happening has changed yet.
    private TransferState? Find(AccountState atBroker, Func<TransferState, bool> isWanted) =>
        atBroker.Transfers.LastOrDefault(
            transfer => transfer.Direction == "OUTGOING" && !world.Others.Contains(transfer.Id) && isWanted(transfer));

    private void Later(Happening happening, Action end)
    {
        Action? once = null;
        once = () =>
        {
            if (!_toEnd.Remove(once!))
                return;
            world.Story.Tell("world", $"{happening.Kind} is over");
            end();
        };
        _toEnd.Add(once);
        world.At(happening.Until, once);
    }
}
