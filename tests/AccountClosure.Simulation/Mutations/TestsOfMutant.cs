using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace AccountClosure.Simulation.Mutations;

/// <summary>
/// The tests of one project, run in this process with the mutated app: most mutations are found by one test of hundreds, and a process
/// of its own would take longer to start than that test to fail.
/// </summary>
internal sealed class TestsOfMutant
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _project;
    private readonly (string Area, Predicate<string> Tests)[] _parts;
    private readonly TestAssembly _assembly;
    private readonly List<IXunitTestCase> _cases = [];

    /// <param name="assembly">Loaded beside the mutated app.</param>
    /// <param name="parts">Which of its tests run, by their full names and in this order, for a mutation in which folder of the app.</param>
    public TestsOfMutant(Assembly assembly, params (string Area, Predicate<string> Tests)[] parts)
    {
        _project = assembly.GetName().Name!;
        _parts = parts;
        IReflectionAssemblyInfo info = Reflector.Wrap(assembly);
        _assembly = new TestAssembly(info);
        using XunitTestFrameworkDiscoverer discoverer = new(info, new NoSource(), new NullMessageSink());
        using ManualResetEventSlim isComplete = new();
        Sink sink = new(message =>
        {
            if (message is ITestCaseDiscoveryMessage { TestCase: IXunitTestCase test })
                _cases.Add(test);
            if (message is IDiscoveryCompleteMessage)
                isComplete.Set();
            return true;
        });
        discoverer.Find(includeSourceInformation: false, sink, new Options());
        if (!isComplete.Wait(Patience))
            throw new InvalidOperationException($"The tests of {_project} cannot be found.");
    }

    /// <returns>The name of a test that fails, of those that can notice the mutation; null when there is none.</returns>
    public string? FirstFailure(Mutation mutation) => FirstFailure(
        _parts.Where(part => mutation.Edits.Any(edit => edit.File.StartsWith(part.Area, StringComparison.Ordinal))));

    /// <param name="test">Its class and its method.</param>
    /// <returns>The name of that test when it fails; null when it passes, or when there is no such test.</returns>
    public string? Failure(string test) => Run([.. _cases.Where(each => NameOf(each).EndsWith($".{test}", StringComparison.Ordinal))]);

    /// <returns>The name of a test that fails, of all; null when there is none.</returns>
    public string? FirstFailure() => FirstFailure(_parts);

    private string? FirstFailure(IEnumerable<(string Area, Predicate<string> Tests)> parts)
    {
        HashSet<IXunitTestCase> run = [];
        return parts
            .Select(part => Run([.. _cases.Where(test => part.Tests(NameOf(test)) && run.Add(test))]))
            .FirstOrDefault(failure => failure is not null);
    }

    private string? Run(IReadOnlyCollection<IXunitTestCase> cases)
    {
        if (cases.Count == 0)
            return null;
        string? failed = null;
        // The answer is whether to go on.
        Sink sink = new(message =>
        {
            if (message is ITestFailed failure)
                Interlocked.CompareExchange(ref failed, failure.Test.DisplayName, null);
            return failed is null;
        });
        using XunitTestAssemblyRunner runner = new(_assembly, cases, new NullMessageSink(), sink, new Options());
        try
        {
            // What waits for ever cannot be stopped, only left behind.
            return runner.RunAsync().Wait(Patience) ? failed : $"{_project} does not end";
        }
        catch (AggregateException failure) when (failed is not null && failure.InnerException is OperationCanceledException)
        {
            // After a failure the tests that have not begun are cancelled.
            return failed;
        }
    }

    private static string NameOf(IXunitTestCase test) => $"{test.TestMethod.TestClass.Class.Name}.{test.TestMethod.Method.Name}";

    private sealed class Sink(Func<IMessageSinkMessage, bool> take) : Xunit.LongLivedMarshalByRefObject, IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message) => take(message);
    }

    private sealed class NoSource : Xunit.LongLivedMarshalByRefObject, ISourceInformationProvider
    {
        public ISourceInformation GetSourceInformation(ITestCase testCase) => new SourceInformation();

        public void Dispose()
        {
        }
    }

    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

        public TValue? GetValue<TValue>(string name) => _values.GetValueOrDefault(name) is TValue value ? value : default;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
