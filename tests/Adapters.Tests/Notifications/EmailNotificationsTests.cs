using System.Text;
using AccountClosure.Notifications;
using Microsoft.Extensions.Options;

namespace AccountClosure.Adapters.Tests.Notifications;

public sealed class EmailNotificationsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_message_is_one_file_that_says_what_it_is()
    {
        var place = await Folder().SendAsync(Samples.Completed);

        place.ShouldBe(folder.File($"emails/{Samples.Number}-ClosureCompleted-0.eml"));
        Directory.GetFiles(folder.File("emails")).ShouldBe([place]);
        Encoding.ASCII.GetString(await File.ReadAllBytesAsync(place)).ShouldContain("To: <customer+account-1@example.com>");
    }

    [Fact]
    public async Task A_repeated_message_leaves_the_first_as_it_is()
    {
        var place = await Folder().SendAsync(Samples.Completed);
        var before = await File.ReadAllBytesAsync(place);

        (await Folder().SendAsync(Samples.Completed with { TransferCount = 99 })).ShouldBe(place);

        (await File.ReadAllBytesAsync(place)).ShouldBe(before);
        Directory.GetFiles(folder.File("emails")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Each_reminder_is_a_separate_message_to_operations()
    {
        var outbox = new MemoryOutbox();
        var notifications = Notifications(outbox);

        await notifications.SendAsync(Samples.Review with { Occurrence = 0 });
        await notifications.SendAsync(Samples.Review with { Occurrence = 1 });
        await notifications.SendAsync(Samples.Review with { Occurrence = 1 });

        outbox.Emails.Select(email => email.To).ShouldBe(["operations@example.com", "operations@example.com"]);
    }

    [Theory]
    [InlineData("0d18ae51-3c94-4511-b209-101e1666416b", "customer+0d18ae51-3c94-4511-b209-101e1666416b@example.com")]
    [InlineData("a b>\r\n<c@d", "customer+abcd@example.com")]
    public async Task The_placeholder_address_is_made_of_the_account_id_alone(string accountId, string expected)
    {
        (await new PlaceholderCustomerDirectory().FindEmailAddressAsync(accountId, "user-1")).ShouldBe(expected);
    }

    private EmailNotifications Folder() =>
        Notifications(new FolderOutbox(Options.Create(new NotificationOptions { Folder = folder.File("emails") })));

    private static EmailNotifications Notifications(IOutbox outbox) =>
        new(new EmailWriter(Options.Create(Samples.Settings)), new PlaceholderCustomerDirectory(), outbox);
}
