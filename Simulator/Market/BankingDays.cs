namespace AccountClosure.Simulator.Market;

/// <summary>The days on which ACH moves: weekdays without the holidays of the Federal Reserve.</summary>
internal static class BankingDays
{
    public static bool Includes(DateOnly date) =>
        date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Holidays.ShutsBanks(date);

    public static DateOnly After(DateOnly date)
    {
        do
            date = date.AddDays(1);
        while (!Includes(date));
        return date;
    }
}
