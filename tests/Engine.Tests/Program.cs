namespace AccountClosure.Engine.Tests;

/// <summary>The test runner does not come here; started as a program, this assembly is the process that a test kills.</summary>
internal static class Program
{
    public static Task Main(string[] arguments) => KillTests.RunChild(arguments.Single());
}
