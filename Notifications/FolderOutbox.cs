using Microsoft.Extensions.Options;

namespace AccountClosure.Notifications;

/// <summary>
/// One .eml file a message, which any mail program opens. The name comes from the key, and the file appears complete or not at
/// all; so a repeated message finds the first and leaves it.
/// </summary>
public sealed class FolderOutbox(IOptions<NotificationOptions> options) : IOutbox
{
    private readonly string folder = Path.GetFullPath(options.Value.Folder);

    public Task<string> SendAsync(Email email, CancellationToken cancellationToken = default)
    {
        var path = Path.Combine(folder, email.Key + ".eml");
        if (File.Exists(path))
            return Task.FromResult(path);

        Directory.CreateDirectory(folder);
        // A name of its own for each writer, so that two of them cannot mix their bytes.
        var partial = Path.Combine(folder, Path.GetRandomFileName() + ".partial");
        try
        {
            using (var file = new FileStream(partial, FileMode.CreateNew))
            {
                file.Write(MimeMessage.Write(email));
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(partial);
        }

        return Task.FromResult(path);
    }
}
