using System.Text.Json;

namespace AccountClosure.Embedded.Engine.Time;

/// <summary>A moment at which real and simulated time are both known, and how fast simulated time runs from there.</summary>
/// <param name="RealUtc">Real time of the moment.</param>
/// <param name="SimulatedUtc">Simulated time of the same moment.</param>
/// <param name="Speed">Simulated seconds in a real second.</param>
public sealed record ClockAnchor(DateTimeOffset RealUtc, DateTimeOffset SimulatedUtc, double Speed)
{
    // Dates beyond this one would overflow in the calendars of those who use the clock.
    private static readonly DateTimeOffset s_latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Simulated time after so much real time; stands still for a real clock that was set back.</summary>
    public DateTimeOffset After(TimeSpan real)
    {
        double ticks = Math.Max(real.Ticks, 0) * Speed;
        return ticks < (s_latest - SimulatedUtc).Ticks ? SimulatedUtc.AddTicks((long)ticks) : s_latest;
    }

    /// <summary>The anchor in that file, or null when there is none yet.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static ClockAnchor? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            ClockAnchor? anchor = JsonSerializer.Deserialize<ClockAnchor>(File.ReadAllText(path), s_json);
            if (anchor is { Speed: > 0 })
                return anchor;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The clock's file {path} cannot be read.", exception);
        }

        throw new InvalidDataException($"The clock's file {path} must have a speed above zero.");
    }

    /// <summary>Replaces the file in one step: a crash leaves the old anchor or the new one.</summary>
    public void Write(string path)
    {
        string next = path + ".next";
        using (FileStream file = new(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, this, s_json);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
