using AccountClosure.Closure;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Marks a test that drives the whole app along a path: an outcome, finding, decision, refusal, or review with a choice.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class CoversAttribute : Attribute
{
    /// <param name="path">A value of one of the enumerations of <see cref="FailurePathTests"/>.</param>
    public CoversAttribute(object path) => Path = Name(path);

    public CoversAttribute(ReviewCode code, ReviewChoice choice) => Path = Name(code, choice);

    public string Path { get; }

    public static string Name(object path) => $"{path.GetType().FullName!.Split('.')[^1].Replace('+', '.')}.{path}";

    public static string Name(ReviewCode code, ReviewChoice choice) => $"{Name(code)} and {choice}";
}
