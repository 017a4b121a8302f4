using System.Globalization;
using System.Net;
using System.Web;

namespace AccountClosure.Adapters.Tests.Broker;

public sealed class PagingTests : BrokerTestBase
{
    private readonly List<string> transfers = [];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(1050)]
    public void All_pages_of_transfers_are_listed_newest_first(int count)
    {
        AddTransfers(count);
        Wire.Always(request => Page(request, 100));

        var listed = Run(broker => broker.ListTransfersAsync(Account));

        listed.Count.ShouldBe(count);
        listed.ShouldBe(listed.OrderByDescending(transfer => transfer.CreatedAt));
    }

    [Fact]
    public void A_broker_that_gives_shorter_pages_than_asked_for_hides_nothing()
    {
        AddTransfers(120);
        Wire.Always(request => Page(request, 50));

        Run(broker => broker.ListTransfersAsync(Account)).Count.ShouldBe(120);
    }

    [Fact]
    public void A_broker_that_knows_no_pages_is_asked_twice_and_no_transfer_counts_twice()
    {
        AddTransfers(120);
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, $"[{string.Join(',', transfers)}]"));

        Run(broker => broker.ListTransfersAsync(Account)).Count.ShouldBe(120);

        Wire.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public void A_transfer_made_while_the_pages_are_read_neither_doubles_nor_hides_another()
    {
        AddTransfers(250);
        Wire.Always(request =>
        {
            var page = Page(request, 100);
            AddTransfers(1);
            return page;
        });

        var listed = Run(broker => broker.ListTransfersAsync(Account));

        listed.Select(transfer => transfer.Id).ShouldBeUnique();
        listed.Select(transfer => transfer.Id).ShouldBeSubsetOf(Enumerable.Range(0, 260).Select(number => $"t{number}"));
        Enumerable.Range(0, 250).Select(number => $"t{number}").ShouldBeSubsetOf(listed.Select(transfer => transfer.Id));
    }

    [Fact]
    public void Both_directions_are_listed()
    {
        transfers.Add(WireTests.Transfer("in", direction: "INCOMING"));
        transfers.Add(WireTests.Transfer("out", direction: "OUTGOING"));
        Wire.Always(request => Page(request, 100));

        Run(broker => broker.ListTransfersAsync(Account)).Select(transfer => $"{transfer.Id} {transfer.Direction}")
            .ShouldBe(["in Incoming", "out Outgoing"]);
        Wire.Sent[0].PathAndQuery.ShouldBe($"/v1/accounts/{Account}/transfers?limit=100&offset=0");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(499)]
    [InlineData(500)]
    [InlineData(1203)]
    public void All_pages_of_open_orders_are_listed_even_when_many_share_one_time(int count)
    {
        // Four orders share each nanosecond-precise time.
        var orders = Enumerable.Range(0, count)
            .Select(number => (Id: $"o{number}", At: VirtualTime.Start.AddTicks(-number / 4)))
            .ToList();
        Wire.Always(request =>
        {
            var query = HttpUtility.ParseQueryString(new Uri("http://x" + request.PathAndQuery).Query);
            var until = query["until"] is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : DateTimeOffset.MaxValue;
            var page = orders.Where(order => order.At < until).Take(int.Parse(query["limit"]!))
                .Select(order => $$"""{"id":"{{order.Id}}","symbol":"AAPL","side":"buy","status":"new","submitted_at":"{{order.At:yyyy-MM-ddTHH:mm:ss.fffffff}}42Z"}""");
            return ScriptedBroker.Answer(HttpStatusCode.OK, $"[{string.Join(',', page)}]");
        });

        Run(broker => broker.ListOpenOrdersAsync(Account)).Select(order => order.Id).Order(StringComparer.Ordinal)
            .ShouldBe(orders.Select(order => order.Id).Order(StringComparer.Ordinal));
        Wire.Sent[0].PathAndQuery.ShouldBe($"/v1/trading/accounts/{Account}/orders?status=open&direction=desc&limit=500");
    }

    private void AddTransfers(int count)
    {
        for (var added = 0; added < count; added++)
            transfers.Insert(0, WireTests.Transfer($"t{transfers.Count}", createdAt: VirtualTime.Start.AddMinutes(transfers.Count).ToString("O")));
    }

    private HttpResponseMessage Page(SentRequest request, int longest)
    {
        var query = HttpUtility.ParseQueryString(new Uri("http://x" + request.PathAndQuery).Query);
        var page = transfers.Skip(int.Parse(query["offset"]!)).Take(Math.Min(longest, int.Parse(query["limit"]!)));
        return ScriptedBroker.Answer(HttpStatusCode.OK, $"[{string.Join(',', page)}]");
    }
}
