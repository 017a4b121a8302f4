using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace AccountClosure.Simulation.Mutations;

/// <summary>
/// Runs the tests of one project in this process with the mutated app. One test of hundreds finds most mutations, and a separate
/// process would take longer to start than that test takes to fail.
/// </summary>
internal sealed class TestsOfMutant
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _project;
    private readonly (string Area, Predicate<string> Tests)[] _parts;
    private readonly TestAssembly _assembly;
    private readonly List<IXunitTestCase> _cases = [];

    /// <param name="assembly">Test assembly, loaded beside the mutated app.</param>
    /// <param name="parts">Tests to run, by full name and in this order, for each folder of the app that has a mutation.</param>
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

    /// <returns>The name of a failing test among those that can detect the mutation; null if there is none.</returns>
    public string? FirstFailure(Mutation mutation) => FirstFailure(
        _parts.Where(part => mutation.Edits.Any(edit => edit.File.StartsWith(part.Area, StringComparison.Ordinal))));

    /// <param name="test">Class and method of the test.</param>
    /// <returns>The name of that test if it fails; null if it passes or does not exist.</returns>
    public string? Failure(string test) => Run([.. _cases.Where(each => NameOf(each).EndsWith($".{test}", StringComparison.Ordinal))]);

    /// <returns>The name of any failing test; null if there is none.</returns>
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
        // The answer says whether to continue.
        Sink sink = new(message =>
        {
            if (message is ITestFailed failure)
                Interlocked.CompareExchange(ref failed, failure.Test.DisplayName, null);
            return failed is null;
        });
        using XunitTestAssemblyRunner runner = new(_assembly, cases, new NullMessageSink(), sink, new Options());
        try
        {
            // A test that waits for ever cannot be stopped, only abandoned.
            return runner.RunAsync().Wait(Patience) ? failed : $"{_project} does not end";
        }
        catch (AggregateException failure) when (failed is not null && failure.InnerException is OperationCanceledException)
        {
            // After a failure, the tests that have not started are cancelled.
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
