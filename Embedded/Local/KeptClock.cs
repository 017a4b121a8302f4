using System.Globalization;

namespace AccountClosure.Embedded.Local;

/// <summary>Opens the clock of a data folder at the time at which it stopped.</summary>
public static class KeptClock
{
    private const string FileName = "clock";

    /// <summary>
    /// Starts the clock at the stored time, or at the real time if that is later: simulated time never runs backwards, and is never behind
    /// real time.
    /// </summary>
    /// <exception cref="LocalException">The file does not contain a time.</exception>
    public static LocalClock Open(DataFolder data, double speed)
    {
        var start = TimeProvider.System.GetUtcNow();
        if (data.Read(FileName) is { } text)
        {
            if (!DateTimeOffset.TryParseExact(text.Trim(), "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var kept))
            {
                throw new LocalException(
                    $"the file {data.File(FileName)} does not contain a time; restore it, or choose another folder with --data.");
            }

            if (kept > start)
                start = kept;
        }

        return new LocalClock(start, speed, horizon => data.Write(FileName, horizon.ToString("O", CultureInfo.InvariantCulture)));
    }
}
