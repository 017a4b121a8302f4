using AccountClosure.Simulation.Invariants;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>Watches for the moments that a seed aims at, and acts once for each aim.</summary>
internal sealed class Marksman(SimulatedWorld world)
{
    private readonly List<Aim> _aims = [.. world.Course.Aims];

    /// <summary>Whether the answer to a change has just been lost.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>Whether a seed that aims at a doubt still waits for one. If so, the answer to the next relevant change is lost.</summary>
    public bool WantsDoubt(Parcel parcel) =>
        world.Now < world.Course.FaultsEnd
        && _aims.Exists(aim => aim.Moment == Moment.InDoubt)
        && (parcel.Method == HttpMethod.Post || parcel.Address.AbsolutePath.EndsWith("/positions", StringComparison.Ordinal));

    public void Look()
    {
        if (_aims.Count == 0 || world.Now >= world.Course.FaultsEnd)
            return;
        AccountState atBroker = world.State();
        foreach (Aim aim in _aims.FindAll(aim => HasCome(aim.Moment, atBroker)))
        {
            _aims.Remove(aim);
            world.ExpectClosureUntil(world.Now + aim.After);
            world.At(world.Now + aim.After, () => Act(aim));
        }
        IsInDoubt = false;
    }

    private bool HasCome(Moment moment, AccountState atBroker) => moment switch
    {
        Moment.Review => world.Watch.Review is not null,
        Moment.InDoubt => IsInDoubt,
        Moment.Selling => atBroker.Orders.Any(order =>
            order.Side == "sell" && BrokersWords.IsWorking(order.Status) && !world.Changes.CustomerOrders.Contains(order.Id)),
        Moment.TransferOpen => OwnTransfers(atBroker).Any(transfer => !BrokersWords.IsFinal(transfer.Status)),
        Moment.Returned => OwnTransfers(atBroker).Any(transfer => transfer.Status == "RETURNED"),
        Moment.CloseAccepted => world.CloseAcceptedAt is not null && atBroker.Status == "ACTIVE",
        Moment.Ended => world.Watch.Latest?.StoppedAt is not null,
        _ => world.Watch.Progress?.Phase == moment.ToString(),
    };

    private IEnumerable<TransferState> OwnTransfers(AccountState atBroker) =>
        atBroker.Transfers.Where(transfer => transfer.Direction == "OUTGOING" && !world.Others.Contains(transfer.Id));

    private void Act(Aim aim)
    {
        world.Inject($"aimed: {aim.Act}", "aim", $"{aim.Moment}: {aim.Act}, {aim.After} later");
        People people = world.People;
        switch (aim.Act)
        {
            case AimedAct.Cancel or AimedAct.CancelByForce:
                people.Cancel(force: aim.Act == AimedAct.CancelByForce);
                break;
            case AimedAct.Terminate:
                people.Terminate();
                break;
            case AimedAct.ForceAndInitiate:
                people.ForceAndInitiate();
                break;
            case AimedAct.TerminateAndInitiate:
                people.TerminateAndInitiate();
                break;
            case AimedAct.TerminateAndPurge:
                people.TerminateAndPurge();
                break;
            case AimedAct.TerminateAndRestart:
                people.TerminateAndRestart();
                break;
            case AimedAct.Initiate:
                people.Initiate();
                break;
            case AimedAct.DecideTwice:
                people.DecideTwice();
                break;
            case AimedAct.Trade:
                people.Trade(buys: aim.Moment is not (Moment.Liquidating or Moment.Selling));
                break;
            case AimedAct.KeyRotation:
                world.Api.KeysRotateUntil = world.Now + TimeSpan.FromMinutes(40);
                break;
            case AimedAct.Crash:
                world.Process!.Die("at a moment that matters");
                break;
        }
    }
}
