using AccountClosure.Simulator.Api;
using AccountClosure.Simulator.Market;

namespace AccountClosure.Simulator.Controls;

/// <summary>
/// The controls over HTTP, under <c>/_sim</c>. They need no key: the server listens on this machine only and holds no real
/// money. They are neither delayed nor counted nor struck by faults.
/// </summary>
internal sealed class ControlRoutes(BrokerSimulator simulator)
{
    private static readonly ApiAnswer NoSuchControl = ControlJson.Problem(404, "Not found", "There is no such control under /_sim.");

    public ApiAnswer Serve(ApiRequest request)
    {
        try
        {
            var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            return parts.ElementAtOrDefault(1) switch
            {
                "accounts" => ServeAccounts(request, parts),
                "faults" => ServeFaults(request, parts),
                "clock" when parts.Length == 2 => ServeClock(request),
                _ => NoSuchControl,
            };
        }
        catch (ControlException error)
        {
            return ControlJson.Problem(400, "Bad request", error.Message);
        }
        catch (OverflowException)
        {
            return ControlJson.Problem(400, "Bad request", "A number is too large.");
        }
    }

    private ApiAnswer ServeAccounts(ApiRequest request, string[] parts)
    {
        if (parts.Length == 2)
        {
            return request.Method switch
            {
                "POST" => ControlJson.Answer(201, simulator.CreateAccount(ControlJson.Read<NewAccount>(request.Body))),
                "GET" => ControlJson.Answer(200, simulator.AccountIds),
                _ => WrongMethod("GET or POST"),
            };
        }
        var id = parts[2];
        if (!simulator.HasAccount(id))
            return ControlJson.Problem(404, "Not found", $"There is no account {id}.");
        if (parts.Length == 3)
            return request.Method == "GET" ? ControlJson.Answer(200, simulator.State(id)) : WrongMethod("GET");
        if (request.Method != "POST")
            return WrongMethod("POST");
        switch (parts[3], parts.Length)
        {
            case ("cash", 4):
                simulator.AddCash(id, ControlJson.Read<CashChange>(request.Body));
                break;
            case ("blocks", 4):
                simulator.SetBlocks(id, ControlJson.Read<Blocks>(request.Body));
                break;
            case ("status", 4):
                simulator.SetStatus(id, ControlJson.Read<StatusChange>(request.Body).Status);
                break;
            case ("bank", 4):
                simulator.SetBank(id, ControlJson.Read<BankOptions>(request.Body));
                break;
            case ("pending", 4):
                simulator.SetPending(id, ControlJson.Read<PendingMoney>(request.Body));
                break;
            case ("relationship", 4):
                simulator.SetRelationshipStatus(id, ControlJson.Read<StatusChange>(request.Body).Status);
                break;
            case ("positions", 4):
                simulator.AddPosition(id, ControlJson.Read<NewPosition>(request.Body));
                break;
            case ("orders", 4):
                simulator.AddOrder(id, ControlJson.Read<NewOrder>(request.Body));
                break;
            case ("transfers", 4):
                simulator.AddTransfer(id, ControlJson.Read<NewTransfer>(request.Body));
                break;
            case ("transfers", 5):
                simulator.SetTransferStatus(id, parts[4], ControlJson.Read<TransferChange>(request.Body));
                break;
            default:
                return NoSuchControl;
        }
        return ControlJson.Answer(200, simulator.State(id));
    }

    private ApiAnswer ServeFaults(ApiRequest request, string[] parts)
    {
        if (parts.Length > 3)
            return NoSuchControl;
        if (parts.Length == 3)
        {
            if (request.Method != "DELETE")
                return WrongMethod("DELETE");
            return simulator.RemoveFault(parts[2])
                ? ApiAnswer.NoContent
                : ControlJson.Problem(404, "Not found", $"There is no fault {parts[2]}.");
        }
        switch (request.Method)
        {
            case "GET":
                return ControlJson.Answer(200, simulator.Faults);
            case "POST":
                return ControlJson.Answer(201, simulator.AddFault(ControlJson.Read<Fault>(request.Body)));
            case "DELETE":
                simulator.ClearFaults();
                return ApiAnswer.NoContent;
            default:
                return WrongMethod("GET, POST or DELETE");
        }
    }

    private ApiAnswer ServeClock(ApiRequest request)
    {
        switch (request.Method)
        {
            case "POST":
                ChangeClock(ControlJson.Read<ClockChange>(request.Body));
                goto case "GET";
            case "GET":
                var now = simulator.Options.Time.GetUtcNow();
                var state = new ClockState(now.ToUniversalTime(), simulator.Options.Clock?.Speed, ExchangeCalendar.IsOpen(now));
                return ControlJson.Answer(200, state);
            default:
                return WrongMethod("GET or POST");
        }
    }

    /// <summary>Without the broker's lock: what falls due while the clock jumps may call the broker.</summary>
    private void ChangeClock(ClockChange change)
    {
        var clock = simulator.Options.Clock ?? throw new ControlException("This clock cannot be changed.");
        var jump = change.AdvanceTo is { } target ? target - clock.Now : TimeSpan.FromSeconds(change.AdvanceSeconds ?? 0);
        if (change is { AdvanceTo: not null, AdvanceSeconds: not null })
            throw new ControlException("Give advanceSeconds or advanceTo, not both.");
        if (jump < TimeSpan.Zero)
            throw new ControlException("The clock never goes back.");
        if (change.Speed is { } speed && !(speed is > 0 and <= 1e9))
            throw new ControlException("speed must be greater than zero, in simulated seconds a second.");
        try
        {
            if (change.Speed is { } wanted)
                clock.SetSpeed(wanted);
            if (jump > TimeSpan.Zero)
                clock.Advance(jump);
        }
        catch (NotSupportedException error)
        {
            throw new ControlException(error.Message, error);
        }
    }

    private static ApiAnswer WrongMethod(string allowed) =>
        ControlJson.Problem(405, "Method not allowed", $"This control takes {allowed}.");
}

/// <param name="Speed">Simulated seconds a second; null when the clock has none that can be told.</param>
internal sealed record ClockState(DateTimeOffset Now, double? Speed, bool MarketIsOpen);

internal sealed record ClockChange(double? Speed = null, double? AdvanceSeconds = null, DateTimeOffset? AdvanceTo = null);
