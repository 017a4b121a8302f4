using System.Net.Http.Json;
using System.Security.Cryptography;
using AccountClosure.Closure;
using AccountClosure.Functions;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Http;

/// <summary>The links and continuation tokens in answers, which callers send back.</summary>
public sealed class PublicAddressTests
{
    private const string LinkPath = "/runtime/webhooks/durabletask/instances/closure-";

    [Theory]
    [InlineData("https://closures.example.com", "https://closures.example.com")]
    [InlineData("https://closures.example.com:8443/", "https://closures.example.com:8443")]
    [InlineData("http://[::1]:7071", "http://[::1]:7071")]
    [InlineData("HTTPS://CLOSURES.EXAMPLE.COM", "https://closures.example.com")]
    [InlineData(" https://closures.example.com ", "https://closures.example.com")]
    [InlineData("https:\\\\closures.example.com", "https://closures.example.com")]
    [InlineData("https://schließungen.example.com", "https://xn--schlieungen-06a.example.com")]
    public void Links_begin_with_the_public_address_in_its_plain_form(string address, string begin)
    {
        using var app = new ClosureApp(new ClosureAppSettings { Configuration = { ["Links:PublicAddress"] = address } });
        var account = app.CreateAccount(1_000m);

        var answer = app.Initiate(account);

        answer.StatusCode.ShouldBe(202, answer.Text);
        answer["statusQueryGetUri"]!.ShouldStartWith(begin + LinkPath);
        answer["statusQueryGetUri"]!.ShouldContain("code=");
    }

    [Theory]
    [InlineData("https://someone:secret@closures.example.com")]
    [InlineData("https://closures.example.com#")]
    [InlineData("https://closures.example.com/#links")]
    [InlineData("https://closures.example.com/path")]
    [InlineData("https://closures.example.com?x=1")]
    [InlineData("ftp://closures.example.com")]
    [InlineData("closures.example.com")]
    [InlineData(" ")]
    public void A_public_address_with_more_than_scheme_host_and_port_is_refused(string address) =>
        new LinkOptionsValidator().Validate(null, new LinkOptions { PublicAddress = address }).Failed.ShouldBeTrue();

    [Theory]
    [InlineData("X-Forwarded-Host", "evil.example/elsewhere")]
    [InlineData("X-Forwarded-Host", "evil.example?x=1")]
    [InlineData("X-Forwarded-Host", "evil.example#x")]
    [InlineData("X-Forwarded-Host", "a b")]
    [InlineData("X-Forwarded-Host", "[")]
    [InlineData("X-Forwarded-Host", "")]
    [InlineData("X-Forwarded-Host", "://")]
    [InlineData("X-Forwarded-Host", "a, b")]
    [InlineData("X-Forwarded-Proto", "http://x/")]
    [InlineData("X-Forwarded-Proto", "")]
    [InlineData("X-Forwarded-Port", "1")]
    [InlineData("X-Forwarded-Prefix", "/elsewhere")]
    [InlineData("X-Original-Host", "evil.example/elsewhere")]
    [InlineData("X-Original-URL", "/elsewhere")]
    [InlineData("Forwarded", "host=\"evil.example/elsewhere\";proto=https")]
    public void A_request_header_neither_changes_the_links_nor_fails_the_start(string header, string value)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);
        var body = JsonContent.Create(
            new { account.UserId, account.AchRelationshipId, reason = "moving abroad" }, options: ClosureJson.Options);

        var answer = app.Send(HttpMethod.Post, $"api/account-closure/initiate/{account.AccountId}", body, header: (header, value));

        answer.StatusCode.ShouldBe(202, answer.Text);
        answer["statusQueryGetUri"]!.ShouldStartWith("http://localhost:7071" + LinkPath);
        answer["sendEventPostUri"]!.ShouldStartWith("http://localhost:7071" + LinkPath);
    }

    [Fact]
    public void The_links_of_an_account_in_upper_case_lead_to_its_closure()
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);

        var answer = app.Send(
            HttpMethod.Post,
            $"api/account-closure/initiate/{account.AccountId.ToUpperInvariant()}",
            new { account.UserId, AchRelationshipId = account.AchRelationshipId.ToUpperInvariant(), reason = "moving abroad" });

        answer.StatusCode.ShouldBe(202);
        answer["instanceId"].ShouldBe($"closure-{account.AccountId}");
        app.RunToEnd(account).Output!.Outcome.ShouldBe(ClosurePhase.Completed);
    }

    [Fact]
    public void A_token_with_a_checksum_that_no_page_gave_is_400()
    {
        using var app = new ClosureApp();
        byte[] token = "{\"RowKey\":\"made up\"}"u8.ToArray();
        var text = System.Buffers.Text.Base64Url.EncodeToString([.. SHA256.HashData(token).AsSpan(0, 8), .. token]);

        app.Send(HttpMethod.Get, $"api/account-closure/all-active-tasks?continuationToken={text}").StatusCode.ShouldBe(400);
    }
}
