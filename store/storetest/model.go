package storetest

func models() []scenario { return nil }
