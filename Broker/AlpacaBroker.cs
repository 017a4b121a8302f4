using System.Globalization;
using System.Text.Json;
using AccountClosure.Closure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccountClosure.Broker;

/// <summary>The Alpaca Broker API over HTTP.</summary>
public sealed class AlpacaBroker : IBroker, IDisposable
{
    private const int OrdersPerPage = 500;
    private const int TransfersPerPage = 100;

    /// <summary>
    /// Maximum number of times that a call reads the list of transfers from its beginning, because the list changes meanwhile.
    /// </summary>
    private const int TransferPasses = 5;

    private readonly BrokerConnection connection;
    private readonly BrokerRetry retry;
    private readonly ILogger<AlpacaBroker> logger;

    public AlpacaBroker(
        BrokerTransport transport,
        IOptions<BrokerOptions> options,
        BrokerRateLimiter limiter,
        Jitter jitter,
        TimeProvider clock,
        ILogger<AlpacaBroker> logger)
    {
        connection = new BrokerConnection(transport, options, limiter, clock, logger);
        retry = new BrokerRetry(options.Value, clock, jitter, logger);
        this.logger = logger;
    }

    public void Dispose() => connection.Dispose();

    public Task<BrokerAccount> GetAccountAsync(string accountId, CancellationToken cancellationToken = default) => CallAsync(
        BrokerRequest.Read("read the account", $"v1/accounts/{Segment(accountId)}"),
        body => BrokerJson.Read<AccountDto>(body).ToAccount(),
        cancellationToken);

    public Task<TradingAccount> GetTradingAccountAsync(string accountId, CancellationToken cancellationToken = default) => CallAsync(
        BrokerRequest.Read("read the trading account", $"v1/trading/accounts/{Segment(accountId)}/account"),
        body => BrokerJson.Read<TradingAccountDto>(body).ToTradingAccount(),
        cancellationToken);

    public async Task<IReadOnlyList<BrokerOrder>> ListOpenOrdersAsync(string accountId, CancellationToken cancellationToken = default)
    {
        var orders = new Dictionary<string, BrokerOrder>(StringComparer.Ordinal);
        var path = $"v1/trading/accounts/{Segment(accountId)}/orders?status=open&direction=desc&limit={OrdersPerPage}";
        var until = "";
        while (true)
        {
            var page = await CallAsync(
                BrokerRequest.Read("list the open orders", path + until), BrokerJson.ReadList<OrderDto>, cancellationToken);
            var isNew = false;
            foreach (var order in page)
                isNew |= orders.TryAdd(order.Id, order.ToOrder());
            var oldest = page.Min(order => order.SubmittedAt);
            if (page.Count < OrdersPerPage || !isNew || oldest is null)
                return [.. orders.Values];

            // Ask for the last order again, because "until" is exclusive and more precise than our clock, and several orders can share one
            // time.
            var next = oldest.Value.ToUniversalTime().AddTicks(1);
            until = "&until=" + next.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
        }
    }

    public Task<IReadOnlyList<ItemResult>> CancelAllOrdersAsync(
        string accountId, Permit? permit = null, CancellationToken cancellationToken = default) => CallAsync(
        new BrokerRequest(HttpMethod.Delete, "cancel all orders", $"v1/trading/accounts/{Segment(accountId)}/orders", Permit: permit),
        ReadItems,
        cancellationToken);

    public Task CancelOrderAsync(string accountId, string orderId, CancellationToken cancellationToken = default) => CallAsync(
        new BrokerRequest(HttpMethod.Delete, "cancel an order", $"v1/trading/accounts/{Segment(accountId)}/orders/{Segment(orderId)}"),
        body => body,
        cancellationToken);

    public Task<IReadOnlyList<Position>> ListPositionsAsync(string accountId, CancellationToken cancellationToken = default) => CallAsync(
        BrokerRequest.Read("list the positions", $"v1/trading/accounts/{Segment(accountId)}/positions"),
        IReadOnlyList<Position> (body) => [.. BrokerJson.ReadList<PositionDto>(body).Select(position => position.ToPosition())],
        cancellationToken);

    public Task<IReadOnlyList<ItemResult>> CloseAllPositionsAsync(
        string accountId, Permit? permit = null, CancellationToken cancellationToken = default) => CallAsync(
        new BrokerRequest(
            HttpMethod.Delete,
            "close all positions",
            $"v1/trading/accounts/{Segment(accountId)}/positions?cancel_orders=true",
            Permit: permit),
        ReadItems,
        cancellationToken);

    public Task<IReadOnlyList<AchRelationship>> ListAchRelationshipsAsync(
        string accountId, CancellationToken cancellationToken = default) => CallAsync(
        BrokerRequest.Read("list the ACH relationships", $"v1/accounts/{Segment(accountId)}/ach_relationships"),
        IReadOnlyList<AchRelationship> (body) =>
            [.. BrokerJson.ReadList<AchRelationshipDto>(body).Select(relationship => relationship.ToAchRelationship())],
        cancellationToken);

    public Task<IReadOnlyList<BrokerTransfer>> ListTransfersAsync(string accountId, CancellationToken cancellationToken = default) =>
        ReadTransfersAsync(accountId, wanted: null, cancellationToken);

    public Task<IReadOnlyList<BrokerTransfer>> FindTransfersAsync(
        string accountId, IReadOnlySet<string> transferIds, CancellationToken cancellationToken = default) =>
        ReadTransfersAsync(accountId, transferIds, cancellationToken);

    private async Task<IReadOnlyList<BrokerTransfer>> ReadTransfersAsync(
        string accountId, IReadOnlySet<string>? wanted, CancellationToken cancellationToken)
    {
        // Every transfer that any pass has seen, with the status of the latest read.
        var transfers = new Dictionary<string, BrokerTransfer>(StringComparer.Ordinal);
        HashSet<string>? repeated = null;
        for (var pass = 1; pass <= TransferPasses; pass++)
        {
            var read = await ReadPagesAsync(accountId, transfers, wanted, repeated, cancellationToken);
            if (read.IsWhole)
            {
                foreach (var transfer in transfers.Values.Where(transfer => !transfer.Status.IsKnown))
                    BrokerLog.UnknownTransferStatus(logger, AsWord(transfer.Status.Raw));
                return
                [
                    .. transfers.Values
                        .OrderByDescending(transfer => transfer.CreatedAt)
                        .ThenBy(transfer => transfer.Id, StringComparer.Ordinal),
                ];
            }
            repeated = read.Repeated;
        }
        throw new BrokerException(BrokerErrorKind.Unavailable, "list the transfers, which keep changing");
    }

    /// <summary>Reads the pages from the first one until a page is empty, or shows that the list has shifted meanwhile.</summary>
    /// <param name="wanted">Ids of the transfers that suffice; null for all transfers.</param>
    /// <param name="repeated">Ids of the first page of the previous pass, if the second page of that pass was the same.</param>
    private async Task<TransferPass> ReadPagesAsync(
        string accountId,
        Dictionary<string, BrokerTransfer> transfers,
        IReadOnlySet<string>? wanted,
        HashSet<string>? repeated,
        CancellationToken cancellationToken)
    {
        var path = $"v1/accounts/{Segment(accountId)}/transfers?limit={TransfersPerPage}";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        HashSet<string>? first = null;
        for (var offset = 0; ;)
        {
            var page = await CallAsync(
                BrokerRequest.Read("list the transfers", $"{path}&offset={offset}"), BrokerJson.ReadList<TransferDto>, cancellationToken);
            // A short page need not be the last one, because the broker may return fewer transfers than we ask for.
            if (page.Count == 0)
                return new TransferPass(IsWhole: true);
            offset += page.Count;
            foreach (var transfer in page)
                transfers[transfer.Id] = transfer.ToTransfer();
            if (wanted?.All(transfers.ContainsKey) == true)
                return new TransferPass(IsWhole: true);
            var ids = page.Select(transfer => transfer.Id).ToHashSet(StringComparer.Ordinal);
            // The broker ignores the offset: a list that had shifted by a whole page would now begin with another page.
            if (first is null && repeated?.SetEquals(ids) == true)
                return new TransferPass(IsWhole: true);
            // A transfer created meanwhile is on the first page, which this pass has already read, and shifts the others to later pages.
            if (seen.Overlaps(ids))
                return new TransferPass(IsWhole: false, first is not null && first.SetEquals(ids) ? ids : null);
            seen.UnionWith(ids);
            first ??= ids;
        }
    }

    /// <param name="IsWhole">Whether the pass has read all wanted transfers, as they were at its last request.</param>
    /// <param name="Repeated">Ids of the first page, if the second page was the same; otherwise null.</param>
    private sealed record TransferPass(bool IsWhole, HashSet<string>? Repeated = null);

    public Task<BrokerTransfer> CreateAchWithdrawalAsync(
        string accountId, string achRelationshipId, Money amount, Permit? permit = null, CancellationToken cancellationToken = default)
    {
        var sent = amount.TruncatedToCents();
        if (!sent.IsPositive)
            throw new ArgumentOutOfRangeException(nameof(amount), "A withdrawal must be at least one cent.");
        var body = new CreateTransferDto("ach", achRelationshipId, sent.ToString(), "OUTGOING", "immediate");
        return CallAsync(
            new BrokerRequest(
                HttpMethod.Post,
                "create a transfer",
                $"v1/accounts/{Segment(accountId)}/transfers",
                JsonSerializer.Serialize(body, BrokerJson.Options),
                permit,
                SendsMoney: true),
            answer => BrokerJson.Read<TransferDto>(answer).ToTransfer(),
            cancellationToken);
    }

    public Task CancelTransferAsync(string accountId, string transferId, CancellationToken cancellationToken = default) => CallAsync(
        new BrokerRequest(HttpMethod.Delete, "cancel a transfer", $"v1/accounts/{Segment(accountId)}/transfers/{Segment(transferId)}"),
        body => body,
        cancellationToken);

    public Task CloseAccountAsync(string accountId, Permit? permit = null, CancellationToken cancellationToken = default) => CallAsync(
        new BrokerRequest(HttpMethod.Post, "close the account", $"v1/accounts/{Segment(accountId)}/actions/close", Permit: permit),
        body => body,
        cancellationToken);

    public Task<MarketClock> GetClockAsync(CancellationToken cancellationToken = default) => CallAsync(
        BrokerRequest.Read("read the market clock", "v1/clock"),
        body => BrokerJson.Read<ClockDto>(body).ToClock(),
        cancellationToken);

    public Task<IReadOnlyList<TradingDay>> GetCalendarAsync(
        DateOnly start, DateOnly end, CancellationToken cancellationToken = default) => CallAsync(
        BrokerRequest.Read("read the market calendar", $"v1/calendar?start={start:yyyy-MM-dd}&end={end:yyyy-MM-dd}"),
        IReadOnlyList<TradingDay> (body) => [.. BrokerJson.ReadList<CalendarDto>(body).Select(day => day.ToTradingDay())],
        cancellationToken);

    private static string Segment(string id) => BrokerRequest.Segment(id);

    /// <summary>Reads one result per order or position. The broker may answer without a body when there was nothing to do.</summary>
    private static IReadOnlyList<ItemResult> ReadItems(string body) =>
        body.Length == 0 ? [] : [.. BrokerJson.ReadList<ItemDto>(body).Select(item => item.ToItemResult())];

    /// <summary>The status for the log, if it has the form of a status. Other text may be private, so the log does not get it.</summary>
    private static string AsWord(string status) =>
        status.Length <= 40 && status.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? status : "(not a word)";

    private async Task<T> CallAsync<T>(BrokerRequest request, Func<string, T> read, CancellationToken cancellationToken)
    {
        var answer = await retry.RunAsync(request, connection.SendOnceAsync, cancellationToken);
        try
        {
            return read(answer.Body);
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException)
        {
            // The body and the parser's message, which quotes it, may hold private data: pass neither of them on.
            BrokerLog.AnswerNotUnderstood(logger, request.Operation);
            throw new BrokerException(request.KindWithoutAnswer, request.Operation, answer.Status);
        }
    }
}
