using Microsoft.Extensions.Options;

namespace AccountClosure.Notifications;

/// <summary>
/// Writes one .eml file per message, which any mail program opens. The key names the file, and the file appears complete or not at all. So
/// a repeated message finds the first file and keeps it.
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
        // Each writer has its own partial file, so that two writers cannot mix their bytes.
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
