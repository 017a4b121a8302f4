using System.Net.Http.Json;
using AccountClosure.Closure;
using AccountClosure.Functions;
using AccountClosure.Simulator;
using AccountClosure.Tests.App;

namespace AccountClosure.Tests.Http;

/// <summary>The links contain a key, so they never lead to an address that only a caller claims for the app.</summary>
public sealed class LinkTests
{
    private static readonly string[] Links =
        ["statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "purgeHistoryDeleteUri", "suspendPostUri", "resumePostUri"];

    [Theory]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-Proto", "ftp")]
    [InlineData("X-Original-Host", "evil.example")]
    [InlineData("Forwarded", "host=evil.example;proto=ftp")]
    public void A_request_header_does_not_change_the_links(string header, string value)
    {
        using var app = new ClosureApp();
        var account = app.CreateAccount(1_000m);

        var answer = Initiate(app, account, header, value);

        answer.StatusCode.ShouldBe(202);
        Links.Select(link => answer[link]!)
            .ShouldAllBe(link => link.StartsWith("http://localhost:7071/runtime/", StringComparison.Ordinal));
        answer.Location!.OriginalString.ShouldBe(answer["statusQueryGetUri"]);
    }

    [Fact]
    public void Links_lead_to_the_public_address_when_there_is_one()
    {
        using var app = new ClosureApp(
            new ClosureAppSettings { Configuration = { ["Links:PublicAddress"] = "https://closures.example.com/" } });
        var account = app.CreateAccount(1_000m);

        var answer = app.Initiate(account);

        Links.Select(link => answer[link]!)
            .ShouldAllBe(link => link.StartsWith("https://closures.example.com/runtime/", StringComparison.Ordinal));
        answer["sendEventPostUri"]!.ShouldContain("/raiseEvent/{eventName}?");
    }

    [Theory]
    [InlineData("closures.example.com")]
    [InlineData("ftp://closures.example.com")]
    [InlineData("https://closures.example.com/api")]
    public void An_invalid_public_address_is_refused_at_startup(string address) =>
        new LinkOptionsValidator().Validate(null, new LinkOptions { PublicAddress = address }).FailureMessage.ShouldNotBeNull()
            .ShouldContain("Links:PublicAddress");

    private static HttpAnswer Initiate(ClosureApp app, CreatedAccount account, string header, string value)
    {
        var body = JsonContent.Create(
            new { account.UserId, account.AchRelationshipId, reason = "moving abroad" }, options: ClosureJson.Options);
        return app.Send(HttpMethod.Post, $"api/account-closure/initiate/{account.AccountId}", body, header: (header, value));
    }
}
