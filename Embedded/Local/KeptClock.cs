using System.Globalization;

namespace AccountClosure.Embedded.Local;

/// <summary>Opens the clock of a data folder where it stopped.</summary>
public static class KeptClock
{
    private const string FileName = "clock";

    /// <summary>
    /// It begins at the time that was kept, or at the real time if that is later: simulated time never runs backwards, and is never
    /// behind the calendar on the wall.
    /// </summary>
    /// <exception cref="LocalException">The file holds no time.</exception>
    public static LocalClock Open(DataFolder data, double speed)
    {
        var start = TimeProvider.System.GetUtcNow();
        if (data.Read(FileName) is { } text)
        {
            if (!DateTimeOffset.TryParseExact(text.Trim(), "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var kept))
                throw new LocalException($"the file {data.File(FileName)} holds no time; put it back, or choose another folder with --data.");
            if (kept > start)
                start = kept;
        }

        return new LocalClock(start, speed, horizon => data.Write(FileName, horizon.ToString("O", CultureInfo.InvariantCulture)));
    }
}
