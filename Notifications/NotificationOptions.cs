using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace AccountClosure.Notifications;

public enum NotificationTransport
{
    /// <summary>One .eml file a message.</summary>
    Folder,

    /// <summary>Kept in this process only: for tests and benchmarks.</summary>
    Memory,
}

/// <summary>The section <c>Notifications</c> of the configuration.</summary>
public sealed class NotificationOptions
{
    public const string Section = "Notifications";

    public NotificationTransport Transport { get; set; } = NotificationTransport.Folder;

    /// <summary>Where the .eml files go.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The firm's name as its customers know it.</summary>
    public string FirmName { get; set; } = "Example Brokerage";

    public string FromAddress { get; set; } = "accounts@example.com";

    /// <summary>Whom a customer with a question writes to.</summary>
    public string SupportAddress { get; set; } = "support@example.com";

    /// <summary>Whom a customer may call; not mentioned when empty.</summary>
    public string SupportPhone { get; set; } = "";

    /// <summary>Who is told that a closure waits for a person.</summary>
    public string OperationsAddress { get; set; } = "operations@example.com";
}

public sealed class NotificationOptionsValidator : IValidateOptions<NotificationOptions>
{
    public ValidateOptionsResult Validate(string? name, NotificationOptions options)
    {
        var failures = new List<string>();
        if (options.Transport == NotificationTransport.Folder && string.IsNullOrWhiteSpace(options.Folder))
            failures.Add("Notifications:Folder is missing: set Notifications__Folder to the folder for the emails, such as data/emails.");
        if (string.IsNullOrWhiteSpace(options.FirmName))
            failures.Add("Notifications:FirmName is missing: set Notifications__FirmName to the name that customers know.");
        CheckAddress(failures, nameof(options.FromAddress), options.FromAddress);
        CheckAddress(failures, nameof(options.SupportAddress), options.SupportAddress);
        CheckAddress(failures, nameof(options.OperationsAddress), options.OperationsAddress);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckAddress(List<string> failures, string setting, string address)
    {
        if (!MailAddress.TryCreate(address, out var parsed) || parsed.Address != address)
            failures.Add($"Notifications:{setting} must be an email address such as accounts@example.com: check Notifications__{setting}.");
    }
}
