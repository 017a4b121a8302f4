namespace AccountClosure.Engine.Tests;

/// <summary>The process that a test kills. The test runner does not use it.</summary>
internal static class Program
{
    public static Task Main(string[] arguments) => KillTests.RunChild(arguments.Single());
}
