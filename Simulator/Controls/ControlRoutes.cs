using AccountClosure.Simulator.Api;
using AccountClosure.Simulator.Market;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace AccountClosure.Simulator.Controls;

/// <summary>
/// The controls over HTTP, under <c>/_sim</c>. They need no key: the server listens on this machine only and holds no real
/// money. They are neither delayed nor counted nor struck by faults.
/// </summary>
internal static class ControlRoutes
{
    private static readonly ApiAnswer NoSuchControl = ControlJson.Problem(404, "Not found", "There is no such control under /_sim.");

    public static void Map(IEndpointRouteBuilder controls)
    {
        controls.MapGet("/accounts", Serve(call => ControlJson.Answer(200, call.Simulator.AccountIds)));
        controls.MapPost("/accounts", Serve(call => ControlJson.Answer(201, call.Simulator.CreateAccount(call.Read<NewAccount>()))));
        controls.MapFallback("/accounts", Refuse("GET or POST"));
        MapAccount(controls.MapGroup("/accounts/{id}"));

        controls.MapGet("/faults", Serve(call => ControlJson.Answer(200, call.Simulator.Faults)));
        controls.MapPost("/faults", Serve(call => ControlJson.Answer(201, call.Simulator.AddFault(call.Read<Fault>()))));
        controls.MapDelete("/faults", Serve(ClearFaults));
        controls.MapFallback("/faults", Refuse("GET, POST or DELETE"));
        controls.MapDelete("/faults/{id}", Serve(RemoveFault));
        controls.MapFallback("/faults/{id}", Refuse("DELETE"));

        controls.MapGet("/clock", Serve(ReadClock));
        controls.MapPost("/clock", Serve(ChangeClock));
        controls.MapFallback("/clock", Refuse("GET or POST"));
    }

    public static Task RefuseUnknown(HttpContext context) => NoSuchControl.SendAsync(context.Response);

    private static void MapAccount(IEndpointRouteBuilder account)
    {
        account.MapGet("", ServeAccount(State));
        account.MapFallback("", ServeAccount(_ => WrongMethod("GET")));
        account.MapPost("/cash", Change(call => call.Simulator.AddCash(call.Id, call.Read<CashChange>())));
        account.MapPost("/blocks", Change(call => call.Simulator.SetBlocks(call.Id, call.Read<Blocks>())));
        account.MapPost("/status", Change(call => call.Simulator.SetStatus(call.Id, call.Read<StatusChange>().Status)));
        account.MapPost("/bank", Change(call => call.Simulator.SetBank(call.Id, call.Read<BankOptions>())));
        account.MapPost("/pending", Change(call => call.Simulator.SetPending(call.Id, call.Read<PendingMoney>())));
        account.MapPost("/relationship", Change(call => call.Simulator.SetRelationshipStatus(call.Id, call.Read<StatusChange>().Status)));
        account.MapPost("/positions", Change(call => call.Simulator.AddPosition(call.Id, call.Read<NewPosition>())));
        account.MapPost("/orders", Change(call => call.Simulator.AddOrder(call.Id, call.Read<NewOrder>())));
        account.MapPost("/transfers", Change(call => call.Simulator.AddTransfer(call.Id, call.Read<NewTransfer>())));
        account.MapPost(
            "/transfers/{transfer}",
            Change(call => call.Simulator.SetTransferStatus(call.Id, call.Value("transfer"), call.Read<TransferChange>())));
        account.MapPost("/{control}/{**rest}", ServeAccount(_ => NoSuchControl));
        account.MapFallback("/{control}/{**rest}", ServeAccount(_ => WrongMethod("POST")));
    }

    private static RequestDelegate Serve(Func<ControlCall, ApiAnswer> control) => async context =>
    {
        var simulator = context.Features.GetRequiredFeature<BrokerSimulator>();
        var body = await ApiRequest.ReadBody(context.Request);
        ApiAnswer answer;
        try
        {
            answer = control(new ControlCall(simulator, context.Request.RouteValues, body));
        }
        catch (ControlException error)
        {
            answer = ControlJson.Problem(400, "Bad request", error.Message);
        }
        catch (OverflowException)
        {
            answer = ControlJson.Problem(400, "Bad request", "A number is too large.");
        }
        await answer.SendAsync(context.Response);
    };

    private static RequestDelegate ServeAccount(Func<ControlCall, ApiAnswer> control) => Serve(call =>
        call.Simulator.HasAccount(call.Id) ? control(call) : ControlJson.Problem(404, "Not found", $"There is no account {call.Id}."));

    private static RequestDelegate Change(Action<ControlCall> change) => ServeAccount(call =>
    {
        change(call);
        return State(call);
    });

    private static RequestDelegate Refuse(string allowed) => Serve(_ => WrongMethod(allowed));

    private static ApiAnswer State(ControlCall call) => ControlJson.Answer(200, call.Simulator.State(call.Id));

    private static ApiAnswer ClearFaults(ControlCall call)
    {
        call.Simulator.ClearFaults();
        return ApiAnswer.NoContent;
    }

    private static ApiAnswer RemoveFault(ControlCall call) =>
        call.Simulator.RemoveFault(call.Id) ? ApiAnswer.NoContent : ControlJson.Problem(404, "Not found", $"There is no fault {call.Id}.");

    private static ApiAnswer ReadClock(ControlCall call)
    {
        var options = call.Simulator.Options;
        var now = options.Time.GetUtcNow();
        return ControlJson.Answer(200, new ClockState(now.ToUniversalTime(), options.Clock?.Speed, ExchangeCalendar.IsOpen(now)));
    }

    /// <summary>Without the broker's lock: what falls due while the clock jumps may call the broker.</summary>
    private static ApiAnswer ChangeClock(ControlCall call)
    {
        var change = call.Read<ClockChange>();
        var clock = call.Simulator.Options.Clock ?? throw new ControlException("This clock cannot be changed.");
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
        return ReadClock(call);
    }

    private static ApiAnswer WrongMethod(string allowed) =>
        ControlJson.Problem(405, "Method not allowed", $"This control takes {allowed}.");
}

internal readonly record struct ControlCall(BrokerSimulator Simulator, RouteValueDictionary Values, ReadOnlyMemory<byte> Body)
{
    public string Id => Value("id");

    public string Value(string name) => (string)Values[name]!;

    /// <exception cref="ControlException">The body is not what is wanted; the message says where.</exception>
    public T Read<T>() => ControlJson.Read<T>(Body);
}

/// <param name="Speed">Simulated seconds a second; null when the clock has none that can be told.</param>
internal sealed record ClockState(DateTimeOffset Now, double? Speed, bool MarketIsOpen);

internal sealed record ClockChange(double? Speed = null, double? AdvanceSeconds = null, DateTimeOffset? AdvanceTo = null);
