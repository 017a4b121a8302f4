using System.Xml.Linq;
using AccountClosure.Closure;

namespace AccountClosure.Adapters.Tests.Notifications;

public sealed class EmailWriterTests
{
    public static TheoryData<NotificationKind> Kinds => [.. Enum.GetValues<NotificationKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_plain_text_of_each_kind_reads_as_agreed(NotificationKind kind)
    {
        var email = Samples.Write(Sample(kind));

        var expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Notifications", "Expected", $"{kind}.txt"));
        $"Subject: {email.Subject}\n\n{email.Text}".ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_html_of_each_kind_is_well_formed_and_loads_nothing_from_outside(NotificationKind kind)
    {
        var html = Samples.Write(Sample(kind)).Html;

        // In XML, only the void elements lack an end tag.
        var xml = XDocument.Parse(System.Text.RegularExpressions.Regex.Replace(html, "<(meta|br)([^>]*)>", "<$1$2/>"));
        xml.Descendants().Select(element => element.Name.LocalName)
            .ShouldNotContain(name => name == "img" || name == "script" || name == "link");
        xml.Descendants().Attributes("href").ShouldAllBe(link => link.Value.StartsWith("mailto:"));
        html.ShouldNotContain("{{");
        html.ShouldNotContain("url(");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_html_says_what_the_text_says(NotificationKind kind)
    {
        var email = Samples.Write(Sample(kind));

        foreach (var fact in new[] { Samples.Number, "$50,000.00", "New York time" })
        {
            email.Text.ShouldContain(fact);
            email.Html.ShouldContain(fact);
        }
    }

    [Fact]
    public void Values_cannot_inject_markup_into_the_html()
    {
        var email = Samples.Write(
            Samples.Review with { Detail = "<script>alert(1)</script> & \"more\"" }, settings => settings.FirmName = "Smith & <b>Sons</b>");

        email.Html.ShouldNotContain("<script>");
        email.Html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;");
        email.Html.ShouldContain("Smith &amp; &lt;b&gt;Sons&lt;/b&gt;");
        email.Text.ShouldContain("<script>alert(1)</script> & \"more\"");
    }

    [Fact]
    public void Braces_in_a_value_are_not_treated_as_a_template()
    {
        Samples.Write(Samples.Review with { Detail = "{{account}} {{#x}}" }).Text.ShouldContain("{{account}} {{#x}}");
    }

    [Fact]
    public void Times_are_those_of_new_york_in_summer_and_in_winter()
    {
        var email = Samples.Write(Samples.Completed);

        email.Text.ShouldContain("Fri, Mar 7, 2025, 10:00 AM");
        email.Text.ShouldContain("Mon, Mar 10, 2025, 10:00 AM");
    }

    [Fact]
    public void An_account_without_money_gets_no_empty_table()
    {
        var email = Samples.Write(Samples.Completed with { Withdrawn = Money.Zero, TransferCount = 0, Transfers = null });

        email.Text.ShouldContain("There was no money left to pay out.");
        email.Html.ShouldNotContain("<table");
    }

    [Fact]
    public void A_rest_that_is_too_small_for_a_transfer_is_not_called_paid_out()
    {
        var email = Samples.Write(Samples.Completed with { Remaining = Money.Parse("0.50") });

        foreach (var part in new[] { email.Text, email.Html })
        {
            part.ShouldContain("$0.50 was too little for a transfer");
            part.ShouldNotContain("All of your money");
        }
    }

    [Fact]
    public void Returned_money_is_not_called_sent()
    {
        var email = Samples.Write(Samples.Completed with { HasReturns = true });

        foreach (var part in new[] { email.Text, email.Html })
        {
            System.Text.RegularExpressions.Regex.Replace(part, @"\s+", " ")
                .ShouldContain("A transfer to your bank was returned or did not go through.");
            part.ShouldNotContain("All of your money");
        }
        Samples.Write(Samples.Completed with { HasReturns = true, Withdrawn = Money.Zero }).Text.ShouldNotContain("There was no money");
    }

    [Theory]
    [InlineData(NotificationKind.ClosureCompleted)]
    [InlineData(NotificationKind.ClosureCancelled)]
    public void The_text_says_without_contradiction_that_a_transfer_in_doubt_is_uncertain(NotificationKind kind)
    {
        var email = Samples.Write(Sample(kind) with { Withdrawn = Money.Zero, Transfers = null, InDoubt = new Money(10_000m) });

        foreach (var part in new[] { email.Text, email.Html })
        {
            part.ShouldContain("It is not certain whether another $10,000.00 was sent to your bank.");
            part.ShouldNotContain("No money");
            part.ShouldNotContain("There was no money");
            part.ShouldNotContain("in all");
        }
    }

    [Fact]
    public void The_text_does_not_say_that_there_was_no_money_while_a_transfer_is_in_flight()
    {
        var transfers = Samples.Cancelled.Transfers!.Where(transfer => transfer.Status == "SENT_TO_CLEARING").ToList();

        Samples.Write(Samples.Completed with { Withdrawn = Money.Zero, Transfers = transfers }).Text.ShouldNotContain("There was no money");
    }

    [Theory]
    [InlineData(NotificationKind.ClosureInitiated)]
    [InlineData(NotificationKind.ClosureCompleted)]
    public void The_text_names_when_it_happened_and_not_when_it_was_written(NotificationKind kind)
    {
        var email = Samples.Write(Sample(kind) with { Since = Samples.Start.AddDays(-2), At = Samples.Start.AddDays(9) });

        email.Date.ShouldBe(Samples.Start.AddDays(9));
        foreach (var part in new[] { email.Text, email.Html })
            part.ShouldContain("Wednesday, March 12, 2025 at 10:00 AM New York time");
    }

    [Theory]
    [InlineData("50000", "one transfer")]
    [InlineData("50000.01", "about 2 transfers, usually no more than one a day")]
    [InlineData("50000000", "about 1,000 transfers, usually no more than one a day")]
    public void The_customer_is_told_how_many_transfers_to_expect(string payout, string expected)
    {
        Samples.Write(Samples.Initiated with { EstimatedPayout = Money.Parse(payout) }).Html.ShouldContain(expected);
    }

    [Fact]
    public void The_message_omits_a_missing_limit_and_estimate()
    {
        var email = Samples.Write(Samples.Initiated with { DailyTransferLimit = null, EstimatedPayout = null });

        email.Text.ShouldNotContain("$");
        email.Html.ShouldNotContain("$");
    }

    [Fact]
    public void Only_the_latest_of_very_many_transfers_are_listed()
    {
        var transfers = Enumerable.Range(1, 1000)
            .Select(number => new EmailTransfer(number, new Money(50_000m), Samples.Start.AddDays(number), "COMPLETE"));

        var email = Samples.Write(Samples.Completed with { TransferCount = 1000, Transfers = [.. transfers] });

        email.Text.ShouldContain("The latest 100 of 1,000 transfers.");
        email.Text.ShouldContain("1000.      $50,000.00");
        email.Text.ShouldNotContain(" 900.  ");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_repeated_message_is_the_same(NotificationKind kind)
    {
        Samples.Write(Sample(kind)).ShouldBe(Samples.Write(Sample(kind)));
    }

    [Fact]
    public void The_subject_of_a_reminder_has_its_number()
    {
        Samples.Write(Samples.Review with { Reminder = 0 }).Subject.ShouldBe($"A closure needs your decision ({Samples.Number})");
        Samples.Write(Samples.Review with { Reminder = 12 }).Subject.ShouldBe(
            $"Reminder 12: a closure needs your decision ({Samples.Number})");
    }

    private static Notification Sample(NotificationKind kind) => kind switch
    {
        NotificationKind.ClosureInitiated => Samples.Initiated,
        NotificationKind.ClosureCompleted => Samples.Completed,
        NotificationKind.ClosureCancelled => Samples.Cancelled,
        _ => Samples.Review,
    };
}
