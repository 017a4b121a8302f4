using System.Globalization;
using System.Net;
using System.Web;
using AccountClosure.Broker;

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
    public void A_broker_that_returns_shorter_pages_than_requested_hides_nothing()
    {
        AddTransfers(120);
        Wire.Always(request => Page(request, 50));

        Run(broker => broker.ListTransfersAsync(Account)).Count.ShouldBe(120);
    }

    [Fact]
    public void A_broker_without_paging_is_called_three_times_and_no_transfer_counts_twice()
    {
        AddTransfers(120);
        Wire.Always(_ => ScriptedBroker.Answer(HttpStatusCode.OK, $"[{string.Join(',', transfers)}]"));

        Run(broker => broker.ListTransfersAsync(Account)).Count.ShouldBe(120);

        // The third request distinguishes it from a list that shifted by a whole page.
        Wire.Sent.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(250, 100, 1)]
    [InlineData(250, 100, 100)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(4, 2, 1)]
    [InlineData(4, 2, 3)]
    public void Transfers_made_while_the_pages_are_read_neither_duplicate_nor_hide_another(int before, int page, int meanwhile)
    {
        AddTransfers(before);
        Wire.Always(request =>
        {
            var answer = Page(request, page);
            if (Wire.Sent.Count <= 3)
                AddTransfers(meanwhile);
            return answer;
        });

        var listed = Run(broker => broker.ListTransfersAsync(Account));

        listed.Select(transfer => transfer.Id)
            .ShouldBe(Enumerable.Range(0, transfers.Count).Select(number => $"t{number}"), ignoreOrder: true);
    }

    [Fact]
    public void A_transfer_made_after_the_first_page_is_in_a_list_whose_next_page_is_the_same()
    {
        AddTransfers(2);
        Wire.Always(request =>
        {
            var answer = Page(request, 1);
            if (Wire.Sent.Count == 1)
                AddTransfers(1);
            return answer;
        });

        Run(broker => broker.ListTransfersAsync(Account)).Select(transfer => transfer.Id).ShouldBe(["t2", "t1", "t0"]);
    }

    [Fact]
    public void A_list_of_transfers_that_keeps_changing_is_an_unusable_answer()
    {
        AddTransfers(250);
        Wire.Always(request =>
        {
            var page = Page(request, 100);
            AddTransfers(1);
            return page;
        });

        var failure = RunFails(broker => broker.ListTransfersAsync(Account));

        failure.Kind.ShouldBe(BrokerErrorKind.Unavailable);
        failure.Message.ShouldContain("keep changing");
        Wire.Sent.Count.ShouldBeLessThan(20);
    }

    [Fact]
    public void A_transfer_that_is_read_again_has_its_newer_status()
    {
        AddTransfers(2);
        Wire.Always(request =>
        {
            var answer = Page(request, 1);
            if (Wire.Sent.Count == 1)
            {
                AddTransfers(1);
                transfers[^1] = WireTests.Transfer("t0", status: "COMPLETE", createdAt: VirtualTime.Start.ToString("O"));
                transfers[^2] = WireTests.Transfer("t1", status: "RETURNED", createdAt: VirtualTime.Start.AddMinutes(1).ToString("O"));
            }
            return answer;
        });

        Run(broker => broker.ListTransfersAsync(Account)).Select(transfer => transfer.Status.Raw)
            .ShouldBe(["QUEUED", "RETURNED", "COMPLETE"]);
    }

    [Theory]
    [InlineData("t249", 1)]
    [InlineData("t249 t150", 1)]
    [InlineData("t249 t149", 2)]
    [InlineData("t0", 3)]
    [InlineData("t249 unknown", 4)]
    public void Paging_stops_when_all_wanted_transfers_are_found(string wanted, int requests)
    {
        AddTransfers(250);
        Wire.Always(request => Page(request, 100));
        var ids = wanted.Split(' ').ToHashSet();

        var found = Run(broker => broker.FindTransfersAsync(Account, ids)).Select(transfer => transfer.Id);

        ids.Except(found).ShouldBe(ids.Where(id => id == "unknown"));
        Wire.Sent.Count.ShouldBe(requests);
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
                .Select(order =>
                    $$"""{"id":"{{order.Id}}","symbol":"AAPL","side":"buy","status":"new","""
                    + $$""" "submitted_at":"{{order.At:yyyy-MM-ddTHH:mm:ss.fffffff}}42Z"}""");
            return ScriptedBroker.Answer(HttpStatusCode.OK, $"[{string.Join(',', page)}]");
        });

        Run(broker => broker.ListOpenOrdersAsync(Account)).Select(order => order.Id).Order(StringComparer.Ordinal)
            .ShouldBe(orders.Select(order => order.Id).Order(StringComparer.Ordinal));
        Wire.Sent[0].PathAndQuery.ShouldBe($"/v1/trading/accounts/{Account}/orders?status=open&direction=desc&limit=500");
    }

    private void AddTransfers(int count)
    {
        for (var added = 0; added < count; added++)
            transfers.Insert(
                0, WireTests.Transfer($"t{transfers.Count}", createdAt: VirtualTime.Start.AddMinutes(transfers.Count).ToString("O")));
    }

    private HttpResponseMessage Page(SentRequest request, int longest)
    {
        var query = HttpUtility.ParseQueryString(new Uri("http://x" + request.PathAndQuery).Query);
        var page = transfers.Skip(int.Parse(query["offset"]!)).Take(Math.Min(longest, int.Parse(query["limit"]!)));
        return ScriptedBroker.Answer(HttpStatusCode.OK, $"[{string.Join(',', page)}]");
    }
}
