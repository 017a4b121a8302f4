namespace AccountClosure.Notifications;

/// <summary>Finds the email addresses of customers. An address goes into the message and nowhere else.</summary>
public interface ICustomerDirectory
{
    Task<string> FindEmailAddressAsync(string accountId, string userId, CancellationToken cancellationToken = default);
}

/// <summary>
/// Replaces the firm's directory where there is none. It returns addresses that can never belong to anyone (example.com, RFC 2606).
/// </summary>
public sealed class PlaceholderCustomerDirectory : ICustomerDirectory
{
    public Task<string> FindEmailAddressAsync(string accountId, string userId, CancellationToken cancellationToken = default)
    {
        var local = string.Concat(accountId.Where(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_').Take(50));
        return Task.FromResult($"customer+{local}@example.com");
    }
}
