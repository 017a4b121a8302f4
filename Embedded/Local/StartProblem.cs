using AccountClosure.Embedded.Engine;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace AccountClosure.Embedded.Local;

/// <summary>Explains the problems at the start that a person can solve.</summary>
internal static class StartProblem
{
    /// <returns>One line; null when the problem is a defect of the program.</returns>
    public static string? Explain(Exception problem) => problem switch
    {
        OptionsValidationException wrong => string.Join(' ', wrong.Failures),
        EngineStorageException or SqliteException => $"a database in the data folder cannot be used: {problem.Message}",
        // The configuration binder and the logging configuration have no exception of their own.
        InvalidOperationException when IsAboutConfiguration(problem.Message) => problem.Message,
        _ => null,
    };

    private static bool IsAboutConfiguration(string message) =>
        message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal)
        || message.StartsWith("Configuration value", StringComparison.Ordinal);
}
