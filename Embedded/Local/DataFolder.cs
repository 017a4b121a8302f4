using System.Security.Cryptography;
using System.Text;

namespace AccountClosure.Embedded.Local;

/// <summary>
/// The folder with everything that survives a restart: databases, emails, keys, the clock. A process locks it, because two hosts on one
/// store would both run the same instances.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held) => (Root, _lock) = (path, held);

    public string Root { get; }

    public string Emails => Path.Combine(Root, "emails");

    /// <summary>Creates the folder if needed and locks it.</summary>
    /// <exception cref="LocalException">The folder cannot be created or written to, or another process uses it.</exception>
    public static DataFolder Open(string path)
    {
        var root = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(root);
            var held = new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(root, held);
        }
        catch (IOException inUse) when (System.IO.File.Exists(Path.Combine(root, "lock")))
        {
            throw new LocalException(
                $"the data folder {path} is in use by another process; end that one, or choose another with --data.", inUse);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new LocalException($"the data folder {path} cannot be used: {refused.Message}", refused);
        }
    }

    /// <summary>Returns the path as a person types it at this terminal.</summary>
    public static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    public string File(string name) => Path.Combine(Root, name);

    /// <summary>Returns a random secret. The first call creates it and stores it in a file that only its owner can read.</summary>
    public string Secret(string name)
    {
        if (Read(name)?.Trim() is { Length: > 0 } kept)
            return kept;
        var secret = RandomNumberGenerator.GetHexString(40, lowercase: true);
        Write(name, secret);
        return secret;
    }

    /// <summary>Reads the text with this name; null if there is none.</summary>
    public string? Read(string name) => System.IO.File.Exists(File(name)) ? System.IO.File.ReadAllText(File(name)) : null;

    /// <summary>Writes a text completely or not at all: if the process dies, the old text remains.</summary>
    public void Write(string name, string text)
    {
        var draft = File(name) + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(draft, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        System.IO.File.Move(draft, File(name), overwrite: true);
    }

    public void Dispose() => _lock.Dispose();
}
