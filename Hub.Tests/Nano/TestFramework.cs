using System;

// The part of MSTest that portable tests use: the same source compiles against either.
namespace Microsoft.VisualStudio.TestTools.UnitTesting;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class TestClassAttribute : Attribute
{
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class TestMethodAttribute : Attribute
{
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class TestInitializeAttribute : Attribute
{
}

internal sealed class AssertFailedException : Exception
{
    public AssertFailedException(string message)
        : base(message)
    {
    }
}

internal static class Assert
{
    public static void AreEqual(int expected, int actual, string message = "") => Same(expected == actual, expected.ToString(), actual.ToString(), message);

    public static void AreEqual(long expected, long actual, string message = "") => Same(expected == actual, expected.ToString(), actual.ToString(), message);

    public static void AreEqual(double expected, double actual, string message = "") => Same(expected.Equals(actual), expected.ToString(), actual.ToString(), message);

    public static void AreEqual(double expected, double actual, double delta, string message = "") =>
        Same(expected - actual <= delta && actual - expected <= delta, expected.ToString(), actual.ToString(), message);

    public static void AreEqual(bool expected, bool actual, string message = "") => Same(expected == actual, expected.ToString(), actual.ToString(), message);

    public static void AreEqual(char expected, char actual, string message = "") => Same(expected == actual, expected.ToString(), actual.ToString(), message);

    public static void AreEqual(string? expected, string? actual, string message = "") => Same(expected == actual, expected ?? "(null)", actual ?? "(null)", message);

    public static void AreEqual(object? expected, object? actual, string message = "") =>
        Same(expected == null ? actual == null : expected.Equals(actual), Text(expected), Text(actual), message);

    public static void AreNotEqual(int notExpected, int actual, string message = "") => IsTrue(notExpected != actual, Unwanted(actual.ToString(), message));

    public static void AreNotEqual(long notExpected, long actual, string message = "") => IsTrue(notExpected != actual, Unwanted(actual.ToString(), message));

    public static void AreNotEqual(string? notExpected, string? actual, string message = "") => IsTrue(notExpected != actual, Unwanted(Text(actual), message));

    public static void AreNotEqual(object? notExpected, object? actual, string message = "") =>
        IsTrue(notExpected == null ? actual != null : !notExpected.Equals(actual), Unwanted(Text(actual), message));

    public static void AreSame(object? expected, object? actual, string message = "") => IsTrue(expected == actual, "not the same object " + message);

    public static void IsTrue(bool condition, string message = "")
    {
        if (!condition)
        {
            Fail(message.Length == 0 ? "not true" : message);
        }
    }

    public static void IsFalse(bool condition, string message = "") => IsTrue(!condition, message.Length == 0 ? "not false" : message);

    public static void IsNull(object? value, string message = "") => IsTrue(value == null, "not null " + message);

    public static void IsNotNull(object? value, string message = "") => IsTrue(value != null, "null " + message);

    public static void Fail(string message) => throw new AssertFailedException(message);

    private static void Same(bool same, string expected, string actual, string message)
    {
        if (!same)
        {
            Fail("expected <" + expected + "> but was <" + actual + "> " + message);
        }
    }

    private static string Unwanted(string value, string message) => "unwanted <" + value + "> " + message;

    private static string Text(object? value)
    {
        string? text = value?.ToString();
        return text ?? "(null)";
    }
}

internal static class StringAssert
{
    public static void Contains(string value, string part, string message = "") =>
        Assert.IsTrue(value.IndexOf(part) >= 0, "<" + part + "> is not in <" + value + "> " + message);

    public static void StartsWith(string value, string part, string message = "") =>
        Assert.IsTrue(value.StartsWith(part), "<" + part + "> does not begin <" + value + "> " + message);

    public static void EndsWith(string value, string part, string message = "") =>
        Assert.IsTrue(value.EndsWith(part), "<" + part + "> does not end <" + value + "> " + message);
}
