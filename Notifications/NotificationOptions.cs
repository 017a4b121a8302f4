using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace AccountClosure.Notifications;

public enum NotificationTransport
{
    /// <summary>Writes one .eml file per message.</summary>
    Folder,

    /// <summary>Sends each message to the firm's mail server.</summary>
    Smtp,

    /// <summary>Keeps the messages in this process only, for tests and benchmarks.</summary>
    Memory,
}

/// <summary>The section <c>Notifications</c> of the configuration.</summary>
public sealed class NotificationOptions
{
    public const string Section = "Notifications";

    public NotificationTransport Transport { get; set; } = NotificationTransport.Folder;

    /// <summary>Folder for the .eml files.</summary>
    public string Folder { get; set; } = "";

    public string SmtpHost { get; set; } = "";

    public int SmtpPort { get; set; } = 587;

    public SmtpTls SmtpTls { get; set; } = SmtpTls.StartTls;

    /// <summary>User that signs in to the mail server; empty to send without signing in.</summary>
    public string SmtpUser { get; set; } = "";

    public string SmtpPassword { get; set; } = "";

    /// <summary>Name of the firm as its customers know it.</summary>
    public string FirmName { get; set; } = "Example Brokerage";

    public string FromAddress { get; set; } = "accounts@example.com";

    /// <summary>Email address for questions of customers.</summary>
    public string SupportAddress { get; set; } = "support@example.com";

    /// <summary>Phone number for questions of customers. The emails do not mention it when it is empty.</summary>
    public string SupportPhone { get; set; } = "";

    /// <summary>Email address of operations, which gets the messages about closures in manual review.</summary>
    public string OperationsAddress { get; set; } = "operations@example.com";
}

public sealed class NotificationOptionsValidator : IValidateOptions<NotificationOptions>
{
    public ValidateOptionsResult Validate(string? name, NotificationOptions options)
    {
        var failures = new List<string>();
        if (options.Transport == NotificationTransport.Folder && string.IsNullOrWhiteSpace(options.Folder))
            failures.Add("Notifications:Folder is missing: set Notifications__Folder to the folder for the emails, such as data/emails.");
        if (options.Transport == NotificationTransport.Smtp)
            failures.AddRange(CheckServer(options));
        if (string.IsNullOrWhiteSpace(options.FirmName))
            failures.Add("Notifications:FirmName is missing: set Notifications__FirmName to the name that customers know.");
        CheckAddress(failures, nameof(options.FromAddress), options.FromAddress);
        CheckAddress(failures, nameof(options.SupportAddress), options.SupportAddress);
        CheckAddress(failures, nameof(options.OperationsAddress), options.OperationsAddress);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> CheckServer(NotificationOptions options)
    {
        if (Uri.CheckHostName(options.SmtpHost) == UriHostNameType.Unknown)
        {
            yield return "Notifications:SmtpHost is missing: set Notifications__SmtpHost to the name of the mail server, "
                + "such as smtp.example.com.";
        }
        if (options.SmtpPort is < 1 or > 65_535)
            yield return "Notifications:SmtpPort must be between 1 and 65535: set Notifications__SmtpPort to a value such as 587.";
        bool isLocal = options.SmtpHost is "localhost" or "127.0.0.1" or "::1";
        if (!Enum.IsDefined(options.SmtpTls) || (options.SmtpTls == SmtpTls.None && !isLocal))
        {
            yield return "Notifications:SmtpTls may be None only for a mail server on this machine: "
                + "set Notifications__SmtpTls to StartTls or Implicit.";
        }
        if ((options.SmtpUser.Length == 0) != (options.SmtpPassword.Length == 0))
        {
            yield return "Notifications:SmtpUser and Notifications:SmtpPassword must both be set or both be empty: "
                + "check Notifications__SmtpUser and Notifications__SmtpPassword.";
        }
    }

    private static void CheckAddress(List<string> failures, string setting, string address)
    {
        if (!MailAddress.TryCreate(address, out var parsed) || parsed.Address != address)
            failures.Add($"Notifications:{setting} must be an email address such as accounts@example.com: check Notifications__{setting}.");
    }
}
