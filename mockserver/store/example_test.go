package store_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"understudy/mockserver/store"
)

func Example() {
	ctx := context.Background()
	users := store.Partition{Collection: "users"}

	s := store.NewMemory()
	for _, name := range []string{"ada", "bob", "cid"} {
		record := fmt.Appendf(nil, `{"name":%q,"active":false}`, name)
		if err := s.Insert(ctx, users, name, record); err != nil {
			log.Fatal(err)
		}
	}

	activate := func(old []byte) ([]byte, error) {
		return bytes.Replace(old, []byte("false"), []byte("true"), 1), nil
	}
	if _, err := s.Update(ctx, users, "bob", activate); err != nil {
		log.Fatal(err)
	}

	newest, total, err := s.Page(ctx, users, store.Range{Limit: 2, Newest: true}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d of %d:\n", len(newest), total)
	for _, record := range newest {
		fmt.Printf("%s\n", record)
	}
	// Output:
	// 2 of 3:
	// {"name":"cid","active":false}
	// {"name":"bob","active":true}
}
